import { describe, expect, it } from "vitest";
import { layers, type Optimizer, optimizers, Sequential } from "wasm-cnn";
import { ModelState } from "../../dist/engine/memory/state.js";
import type { Region } from "../../dist/engine/program/region.js";
import { recordModel } from "../../dist/graph/modelProgram.js";
import type { Network } from "../../dist/graph/network.js";

/** What a model has inside. */
interface Inside {
  networkFor(where: string, shapes: readonly (readonly number[])[]): Network;
  readonly compiled: NonNullable<Parameters<typeof recordModel>[2]>;
}

const all = { clipnorm: 0.5, weightDecay: 0.1, useEma: true, gradientAccumulationSteps: 2 };
const { defineOptimizer: _, ...classes } = optimizers;
const CASES: readonly (readonly [string, () => Optimizer])[] = Object.entries(classes).flatMap(([name, Class]) => [
  [`${name}`, () => new Class()] as const,
  [`${name} with a limit of norms`, () => new Class({ clipnorm: 0.5, weightDecay: 0 })] as const,
  [`${name} with all options`, () => new Class({ ...all, excludeFromWeightDecay: ["bias"] })] as const,
]);

describe("the update phase", () => {
  it.each(CASES)("makes no two calls side by side that work on one weight: %s", async (_name, optimizer) => {
    const model = new Sequential([
      layers.dense({ units: 5, kernelRegularizer: "l2", kernelConstraint: "maxNorm", inputShape: [4] }),
      layers.dense({
        units: 3,
        kernelRegularizer: "orthogonalRegularizer",
        biasRegularizer: "l1",
        biasConstraint: "nonNeg",
      }),
    ]);
    model.compile({ optimizer: optimizer(), loss: "mse" });
    const inside = model as unknown as Inside;
    const network = inside.networkFor("test", [[4]]);
    const { compiled } = inside;
    await network.load();
    await compiled.optimizer.load();
    for (const { loss } of compiled.outputs) await loss?.load?.();
    const state = new ModelState(network.weights.all, compiled.optimizer.slotNames.length);
    const options = { mode: "training", shardSamples: 1, dtypes: ["f32"], weightShapes: [] } as const;
    const { program } = recordModel(network, state, compiled, options);
    const weights = new Map(
      network.weights.all.flatMap((w) => [w.value, w.gradient].map((region) => [region, w.name])),
    );
    let calls = 0;
    for (const { unit, calls: list } of program.update) {
      if (unit !== "call") continue;
      const named = list.map(({ args }) => new Set(args.flatMap((arg) => weights.get(arg as Region) ?? [])));
      calls += list.length;
      for (const [i, names] of named.entries()) {
        for (const other of named.slice(i + 1)) {
          for (const name of names)
            expect(other.has(name), `${name} in ${list.map(({ kernel }) => kernel)}`).toBe(false);
        }
      }
    }
    // Gradients of penalties and constraints at least.
    expect(calls).toBeGreaterThan(4);
    model.dispose();
  });
});

import { Engine } from "../../dist/engine/engine.js";
import { loadPacks } from "../../dist/engine/kernels/kernels.js";
import { core } from "../../dist/engine/kernels/packs/core.generated.js";
import { ModelState } from "../../dist/engine/memory/state.js";
import { ProgramBuilder } from "../../dist/engine/program/program.js";
import { Weight } from "../../dist/engine/program/weight.js";
import type { Optimizer } from "../../dist/optimizers/optimizer.js";
import { sizeOf } from "../reference/tensor.js";

/** A weight before the first step. */
export interface Start {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: ArrayLike<number>;
}

export interface Trained {
  /** The weights after each step. */
  readonly steps: readonly (readonly Float32Array[])[];
  /** The slots at the end: each has one array for each weight. */
  readonly slots: Readonly<Record<string, readonly Float32Array[]>>;
}

/** Runs an optimizer over the engine, with gradients from outside: one array for each weight and step. */
export async function runOptimizer(
  optimizer: Optimizer,
  start: readonly Start[],
  gradients: readonly (readonly ArrayLike<number>[])[],
  { threads = 0 }: { threads?: number } = {},
): Promise<Trained> {
  await optimizer.load();
  const weights = start.map(({ name, shape }) => new Weight(name, shape, true));
  const names = optimizer.slotNames;
  const state = new ModelState(weights, names.length);
  const engine = new Engine(state, { threads });
  const builder = new ProgramBuilder(true, 1);
  const inputs = weights.map((weight) => {
    const input = builder.batchRegion([weight.size]);
    builder.call(core, "biasBackwardAdd", weight.gradient, input, 1, weight.size);
    return input;
  });
  const { parameters, optimizerSlots, trainable } = state;
  optimizer.record(builder, { parameters, gradients: state.gradients, slots: optimizerSlots, weights: trainable });
  const program = builder.finish();
  await loadPacks(program.packs);
  const slotOf = (s: number, { gradient, size }: Weight) =>
    [optimizerSlots[s]!.offset + gradient.offset, size] as const;
  try {
    return await engine.exclusive(async () => {
      for (const [i, weight] of weights.entries()) {
        engine.write(weight, Float32Array.from(start[i]!.data));
        for (const [s, name] of names.entries()) {
          const [address, size] = slotOf(s, weight);
          engine.writeState(address, new Float32Array(size).fill(optimizer.slotInitial(name)));
        }
      }
      const steps: Float32Array[][] = [];
      for (const [iterations, step] of gradients.entries()) {
        const bound = engine.bind(program, 1);
        for (const [i, input] of inputs.entries()) engine.rows(bound, input, 1).set(step[i]!);
        const scalars = optimizer.scalars(iterations);
        const learningRate = optimizer.rateAt(iterations);
        const outcome = await engine.run(bound, { iterations, learningRate, batchSamples: 1, seed: 1, scalars });
        if (outcome !== 1) throw new Error(`step ${iterations}: expected it to be completed, got outcome ${outcome}`);
        steps.push(weights.map((weight) => engine.read(weight)));
      }
      const slots = names.map((name, s) => [name, weights.map((weight) => engine.readState(...slotOf(s, weight)))]);
      return { steps, slots: Object.fromEntries(slots) };
    });
  } finally {
    await engine.dispose();
  }
}

/** The slots as Keras' files hold them: in groups, alternating from weight to weight within one. */
export function inKerasOrder(optimizer: Optimizer, start: readonly Start[], slots: Trained["slots"]): Float32Array[] {
  return optimizer.slotGroups.flatMap((group) =>
    start.flatMap(({ shape, name: path }, weight) =>
      group.flatMap((name) => {
        const own = optimizer.slotShape(name, shape, path);
        return own ? [slots[name]![weight]!.subarray(0, sizeOf(own))] : [];
      }),
    ),
  );
}

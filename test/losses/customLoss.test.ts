import { describe, expect, it } from "vitest";
import { customLoss, type Loss, losses, metrics, registerLoss } from "wasm-cnn";
import { expectClose } from "../expectClose.js";
import { finiteDifference } from "../reference/finiteDifference.js";
import { tensor } from "../reference/tensor.js";
import { tolerances } from "../tolerances.js";
import { loadVectors } from "../vectors/load.js";
import { type Batch, runLoss } from "./runLoss.js";

type Reduction = "sum_over_batch_size" | "sum" | "mean_with_sample_weight";
interface Case extends Batch {
  readonly name: string;
  readonly className: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly loss: number;
  readonly gradient: { readonly data: ArrayLike<number> };
}

/** Keras' losses as a user would write them: of the n numbers of a sample. */
const OWN: Readonly<Record<string, (options: Case["options"]) => Loss>> = {
  MeanSquaredError: ({ reduction }) =>
    customLoss({
      name: "own_squares",
      reduction: reduction as Reduction,
      value: (t, y) => y.reduce((sum, value, i) => sum + (value - t[i]!) ** 2, 0) / y.length,
      gradient(t, y, gradient) {
        for (let i = 0; i < y.length; i++) gradient[i] = (2 * (y[i]! - t[i]!)) / y.length;
      },
    }),
  CategoricalCrossentropy: () =>
    customLoss({
      name: "own_crossentropy",
      value: (t, y) => -y.reduce((sum, value, i) => sum + t[i]! * Math.log(value), 0),
      gradient(t, y, gradient) {
        for (let i = 0; i < y.length; i++) gradient[i] = -t[i]! / y[i]!;
      },
    }),
};

/** Samples of one axis, as a reduction of several positions is another thing in Keras. */
const cases = (loadVectors("losses") as readonly Case[]).filter(
  ({ className, options, x, activation }) =>
    x.shape.length === 2 &&
    ((className === "MeanSquaredError" && Object.keys(options).every((key) => key === "reduction")) ||
      (className === "CategoricalCrossentropy" && Object.keys(options).length === 0 && activation === "softmax")),
);

describe("a loss of the user's own", () => {
  it("stands for several of Keras'", () => {
    expect(new Set(cases.map(({ className }) => className)).size).toBe(2);
    expect(cases.some(({ weights }) => weights)).toBe(true);
  });

  it.each(cases)("has the numbers of Keras' own: $name", async ({ className, options, loss, gradient, ...batch }) => {
    for (const shardSamples of [1, 2, 5]) {
      const result = await runLoss(OWN[className]!(options), { ...batch, shardSamples });
      expectClose([result.loss], [loss], tolerances.kernelLoss, "loss");
      expectClose(result.gradient, gradient.data, tolerances.kernelGradient, "gradient");
    }
  });

  it("has a gradient that is its slope, with weights and of several axes", async () => {
    const shape = [3, 2, 2];
    const own = customLoss({
      name: "own_cubes",
      value: (t, y, [rows]) => y.reduce((sum, value, i) => sum + (value - t[i]!) ** 3, 0) / rows!,
      gradient(t, y, gradient, [rows]) {
        for (let i = 0; i < y.length; i++) gradient[i] = (3 * (y[i]! - t[i]!) ** 2) / rows!;
      },
    });
    const numbers = (seed: number) => Array.from({ length: 12 }, (_, i) => ((i * seed) % 7) / 4 - 0.7);
    const t = { shape, data: numbers(3) };
    const weights = { shape: [3], data: [0.5, 2, 0] };
    const { gradient } = await runLoss(own, { x: { shape, data: numbers(5) }, t, weights });
    const values: number[] = [];
    const moved = finiteDifference(
      (x) => {
        const of = (i: number) =>
          [...x.data].slice(4 * i, 4 * i + 4).reduce((sum, v, j) => sum + (v - t.data[4 * i + j]!) ** 3, 0) / 2;
        const value = weights.data.reduce((sum, weight, i) => sum + weight * of(i), 0) / 3;
        values.push(value);
        return value;
      },
      tensor(shape, numbers(5)),
    );
    expectClose(gradient, moved.data, tolerances.kernelGradient, "gradient");
    expect(Math.max(...gradient.map(Math.abs))).toBeGreaterThan(0.1);
  });

  it("gets copies, and zeros to write to", async () => {
    const seen: number[][] = [];
    const spoiling = customLoss({
      name: "spoiling",
      value(t, y) {
        y.fill(9);
        t.fill(9);
        return 1;
      },
      gradient(_t, _y, gradient) {
        seen.push([...gradient]);
        gradient[0] = 7;
      },
    });
    const x = { shape: [2, 2], data: [1, 2, 3, 4] };
    expect(await runLoss(spoiling, { x, t: x })).toEqual({ loss: 1, gradient: [3.5, 0, 3.5, 0] });
    expect(seen).toEqual([
      [0, 0],
      [0, 0],
    ]);
  });

  it("refuses wrong options, and what is none", async () => {
    const value = () => 0;
    const gradient = () => {};
    for (const [options, message] of [
      [{ value, gradient }, "customLoss.name: expected a text, got undefined"],
      [{ name: "a", gradient }, "customLoss.value: expected a function, got undefined"],
      [{ name: "a", value, gradient: 3 }, "customLoss.gradient: expected a function, got 3"],
      [{ name: "mse", value, gradient }, 'customLoss.name: expected a name that no loss here has, got "mse"'],
      [{ name: "kl_divergence", value, gradient }, "expected a name that no loss here has"],
      [{ name: "a", value, gradient, reduce: "sum" }, 'got "reduce"'],
      [{ name: "a", value, gradient, reduction: "max" }, "customLoss.reduction: expected "],
    ] as const) {
      expect(() => customLoss(options as never)).toThrow(message);
    }
    expect(() => registerLoss(new losses.MeanSquaredError())).toThrow(
      "registerLoss: expected what customLoss gives, got an object",
    );
    expect(() => registerLoss(new metrics.AUC() as never)).toThrow(TypeError);
    const wrong = customLoss({ name: "promised", value: (async () => 1) as never, gradient });
    const x = { shape: [1, 1], data: [1] };
    await expect(runLoss(wrong, { x, t: x })).rejects.toThrow(
      'customLoss "promised".value: expected a function that gives a number, got one that gives an object',
    );
    const shapeless = customLoss({ name: "shapeless", value, gradient, targetShape: () => [0.5] });
    expect(() => shapeless.targetShape([3])).toThrow('customLoss "shapeless".targetShape[0]: expected an integer');
  });
});

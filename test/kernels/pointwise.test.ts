import { describe, expect, it } from "vitest";
import { KIND } from "../../src/losses/pointwise.js";
import { expectClose } from "../expectClose.js";
import { finiteDifference } from "../reference/finiteDifference.js";
import { pointwise } from "../reference/losses.js";
import { type Random, random } from "../reference/random.js";
import { sizeOf, type Tensor, tensor } from "../reference/tensor.js";
import { tolerances } from "../tolerances.js";
import { compute, expectSamplesApart, type Numbers } from "./harness.js";
import { stepBlock } from "./stepBlock.js";

type Kind = keyof typeof KIND;
interface Options {
  readonly scale?: number;
  readonly smoothing?: number;
  readonly a?: number;
  readonly b?: number;
}
const numbersOf = ({ scale = 1, smoothing = 0, a = 1.5, b = 0.4 }: Options) => [scale, smoothing, a, b] as const;

/** How many rows with a weight each a sample has, and of how many numbers. */
const rowsOf = (weights: ArrayLike<number> | undefined, samples: number, size: number) => {
  const rows = weights ? weights.length / samples : 1;
  return [rows, size / rows] as const;
};

function forward(
  kind: Kind,
  samples: number,
  p: Numbers | Float64Array,
  t: ArrayLike<number>,
  weights?: ArrayLike<number>,
  options: Options = {},
) {
  const size = samples ? p.length / samples : 3;
  return compute((arena) => {
    const loss = arena.output(samples);
    const pointers = [arena.input(p), arena.input(t), weights ? arena.input(weights) : 0] as const;
    arena.call(
      "pointwiseForward",
      samples,
      loss,
      ...pointers,
      ...rowsOf(weights, samples, size),
      KIND[kind],
      ...numbersOf(options),
    );
    return { loss };
  });
}

function backward(
  kind: Kind,
  samples: number,
  batchSamples: number,
  p: Numbers | Float64Array,
  t: ArrayLike<number>,
  weights?: ArrayLike<number>,
  options: Options = {},
) {
  const size = samples ? p.length / samples : 3;
  return compute((arena) => {
    const dp = arena.output(p.length);
    const pointers = [arena.input(p), arena.input(t), weights ? arena.input(weights) : 0] as const;
    const step = stepBlock(arena, { batchSamples });
    arena.call(
      "pointwiseBackward",
      samples,
      dp,
      ...pointers,
      step,
      ...rowsOf(weights, samples, size),
      KIND[kind],
      ...numbersOf(options),
    );
    return { dp };
  });
}

/** Outputs and targets that the loss is for, away from its corners. */
function inputs(kind: Kind, source: Random, shape: readonly number[]): readonly [p: Tensor, t: Tensor] {
  const numbers = (f: () => number) =>
    tensor(
      shape,
      Float64Array.from({ length: sizeOf(shape) }, () => Math.fround(f())),
    );
  const unit = () => 0.1 + 0.8 * source.uniform();
  const wide = () => 8 * source.uniform() - 4;
  const bit = () => source.integer(2);
  if (/binary|focal/.test(kind)) return [numbers(kind.endsWith("Logits") ? wide : unit), numbers(bit)];
  if (/hinge/i.test(kind)) return [numbers(wide), numbers(() => (source.integer(2) ? bit() : -1))];
  if (/divergence|poisson|Logarithmic/.test(kind)) return [numbers(unit), numbers(unit)];
  const p = numbers(wide);
  const apart = p.data.map((x) => Math.fround(x + (source.integer(2) ? 1 : -1) * (0.1 + 3 * source.uniform())));
  return [p, tensor(shape, apart)];
}

describe.each(Object.keys(KIND) as Kind[])("pointwise %s", (kind) => {
  it("is the reference's, and the derivative of it", () => {
    const source = random(3);
    for (const size of [1, 3, 4, 5, 17]) {
      const samples = 3;
      const [p, t] = inputs(kind, source, [samples, size]);
      const ofPositions = Float64Array.from({ length: samples * size }, (_, i) => (i % 4) / 2);
      for (const weights of [undefined, Float64Array.of(0.5, 0, 2), ofPositions]) {
        const options = { scale: 0.75, smoothing: /binary|focal/.test(kind) ? 0.25 : 0 };
        const { a, b } = { a: 1.5, b: 0.4 };
        const weightOf = (i: number) => weights?.[Math.floor((i * weights.length) / (samples * size))] ?? 1;
        const smooth = (x: number) => x * (1 - options.smoothing) + 0.5 * options.smoothing;
        const values = (p: Tensor) =>
          Float64Array.from({ length: samples }, (_, s) => {
            let sum = 0;
            for (let i = s * size; i < (s + 1) * size; i++)
              sum += pointwise[kind](p.data[i]!, smooth(t.data[i]!), a, b) * weightOf(i);
            return sum * 0.75;
          });
        expectClose(forward(kind, samples, p.data, t.data, weights, options).loss, values(p), tolerances.kernelLoss);
        const slopes = finiteDifference((p) => values(p).reduce((sum, x) => sum + x, 0) / 8, p);
        const { dp } = backward(kind, samples, 8, p.data, t.data, weights, options);
        expectClose(dp, slopes.data, tolerances.kernelGradient, "dp");
      }
    }
  });

  it("gives a sample the same bits at any place, both passes", () => {
    const [p, t] = inputs(kind, random(4), [4, 6]);
    expectSamplesApart(4, [p.data, t.data], (samples, ...[p, t]: Numbers[]) => forward(kind, samples, p!, t!));
    expectSamplesApart(4, [p.data, t.data], (samples, ...[p, t]: Numbers[]) => backward(kind, samples, 16, p!, t!));
  });
});

describe("pointwise", () => {
  it("does nothing for no samples", () => {
    expect(forward("squared", 0, new Float32Array(0), []).loss.length).toBe(0);
    expect(backward("squared", 0, 4, new Float32Array(0), []).dp.length).toBe(0);
  });

  it("is exact for large logits, and finite for probabilities 0 and 1", () => {
    const z = Float32Array.of(200, -200, 200, -200);
    expect([...forward("binaryLogits", 4, z, [1, 0, 0, 1]).loss]).toEqual([0, 0, 200, 200]);
    const p = Float32Array.of(0, 1, 0, 1);
    expectClose(forward("binary", 4, p, [1, 0, 0, 1]).loss, [16.118096, 15.942385, 1.192093e-7, 1.192093e-7], {
      absolute: 1e-6,
      relative: 2e-6,
    });
    expect([...backward("binary", 4, 1, p, [1, 0, 0, 1]).dp]).toEqual([0, 0, 0, 0]);
  });

  it("passes NaN on, to its own sample only", () => {
    for (const kind of Object.keys(KIND) as Kind[]) {
      const { loss } = forward(kind, 2, Float32Array.of(Number.NaN, 0.5, 0.5, 0.5), [1, 1, 1, 1]);
      expect([Number.isNaN(loss[0]!), Number.isFinite(loss[1]!)], kind).toEqual([true, true]);
    }
  });
});

describe("reductionSum", () => {
  it("multiplies by the samples of the batch and a factor", () => {
    const { y } = compute((arena) => {
      const y = arena.output(6);
      arena.call("reductionSum", 2, y, arena.input([1, 2, 3, 4, 5, 6]), stepBlock(arena, { batchSamples: 4 }), 0.5, 3);
      return { y };
    });
    expect([...y]).toEqual([2, 4, 6, 8, 10, 12]);
  });
});

import { describe, expect, it } from "vitest";
import { expectClose } from "../expectClose.js";
import { softmaxForward } from "../reference/activation.js";
import { categoricalCrossentropy } from "../reference/crossEntropy.js";
import { type Random, random } from "../reference/random.js";
import { type Tensor, tensor } from "../reference/tensor.js";
import { tolerances } from "../tolerances.js";
import { compute, expectEqual, expectSamplesApart, type Numbers } from "./harness.js";
import { stepBlock } from "./stepBlock.js";

/** Losses from probabilities p and targets t, both (samples, n). */
function forward(samples: number, p: ArrayLike<number>, t: ArrayLike<number>, n: number, weights?: ArrayLike<number>) {
  return compute((arena) => {
    const loss = arena.output(samples);
    const pointers = [arena.input(p), arena.input(t), weights ? arena.input(weights) : 0] as const;
    arena.call("categoricalCrossentropyForward", samples, loss, ...pointers, 1, 1, n, 0);
    return { loss };
  });
}

/** Gradient of the mean over a batch of `batchSamples`, some of which these samples are. */
function backward(
  [samples, n]: readonly [number, number],
  batchSamples: number,
  p: ArrayLike<number>,
  t: ArrayLike<number>,
  weights?: ArrayLike<number>,
) {
  return compute((arena) => {
    const dp = arena.output(samples * n);
    const pointers = [arena.input(p), arena.input(t), weights ? arena.input(weights) : 0] as const;
    arena.call(
      "categoricalCrossentropyBackward",
      samples,
      dp,
      ...pointers,
      1,
      stepBlock(arena, { batchSamples }),
      1,
      n,
      0,
    );
    return { dp };
  });
}

/** Positive rows, exact in f32, whose sums are not 1. */
function positive(source: Random, samples: number, n: number): Tensor {
  const p = softmaxForward(source.tensor([samples, n]));
  return tensor(
    p.shape,
    p.data.map((value) => Math.fround(value * 1.5)),
  );
}

/** The loss of each sample as the kernel stores it: with its weight. */
function weighted(losses: Tensor, weights?: Tensor): Float64Array {
  return losses.data.map((loss, s) => loss * (weights ? weights.data[s]! : 1));
}

describe("categoricalCrossentropy", () => {
  const classes = [2, 3, 4, 5, 8, 10, 13, 16, 17, 33];

  it.each(classes)("is close to the reference for %i classes, both passes", (n) => {
    const source = random(n);
    for (const samples of [0, 1, 2, 5]) {
      const p = positive(source, samples, n);
      const soft = source.tensor([samples, n]);
      for (const t of [source.oneHot(samples, n), soft]) {
        for (const weights of [undefined, source.tensor([samples])]) {
          const { losses, dp } = categoricalCrossentropy({ p, t, ...(weights && { weights }) });
          const { loss } = forward(samples, p.data, t.data, n, weights?.data);
          expectClose(loss, weighted(losses, weights), tolerances.kernelLoss, "loss");
          const gradient = backward([samples, n], samples, p.data, t.data, weights?.data);
          expectClose(gradient.dp, dp.data, tolerances.kernelGradient, "dp");
        }
      }
    }
  });

  it("clips probabilities of 0 and 1, which then have no gradient of their own", () => {
    const p = tensor([4, 3], [0, 1, 0, 0, 1, 0, 0, 0.5, 0.5, 1e-9, 1, 0]);
    const t = tensor([4, 3], [0, 1, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0]);
    const { losses, dp } = categoricalCrossentropy({ p, t });
    expectClose(forward(4, p.data, t.data, 3).loss, losses.data, tolerances.kernelLoss);
    expectEqual(backward([4, 3], 4, p.data, t.data).dp, dp.data);
  });

  it("is the same for a single class", () => {
    const [p, t] = [tensor([2, 1], [0.5, 3]), tensor([2, 1], [1, 0.5])];
    const { losses, dp } = categoricalCrossentropy({ p, t });
    expectClose(forward(2, p.data, t.data, 1).loss, losses.data, tolerances.kernelLoss);
    expectEqual(backward([2, 1], 2, p.data, t.data).dp, dp.data);
  });

  it("divides by the samples of the batch, not of the shard", () => {
    const { dp } = backward([1, 2], 8, [0.25, 0.75], [1, 0]);
    // g = (-1 / 0.25, 0) / 8, its product with p is -1 / 8.
    expect([...dp]).toEqual([-3 / 8, 1 / 8]);
  });

  it("gives NaN for a NaN and for a row of zeros, to that sample only", () => {
    const p = [0.5, 0.5, Number.NaN, 1, 0, 0, 0.5, 0.5];
    const t = [1, 0, 0, 1, 0, 1, 1, 0];
    const { loss } = forward(4, p, t, 2);
    expectClose(loss, [Math.LN2, Number.NaN, Number.NaN, Math.LN2], tolerances.kernelLoss);
    const none = [Number.NaN, Number.NaN];
    expectEqual(backward([4, 2], 1, p, t).dp, [-1, 1, ...none, ...none, -1, 1]);
  });

  it("gives a sample the same bits at any place, both passes", () => {
    const source = random(27);
    const inputs = [positive(source, 5, 7).data, source.oneHot(5, 7).data, source.tensor([5]).data];
    expectSamplesApart(5, inputs, (samples, ...[p, t, weights]: Numbers[]) => forward(samples, p!, t!, 7, weights));
    expectSamplesApart(5, inputs, (samples, ...[p, t, weights]: Numbers[]) =>
      backward([samples, 7], 64, p!, t!, weights),
    );
  });
});

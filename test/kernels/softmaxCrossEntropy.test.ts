import { describe, expect, it } from "vitest";
import { expectClose } from "../expectClose.js";
import { softmaxCategoricalCrossentropy } from "../reference/crossEntropy.js";
import { random } from "../reference/random.js";
import { type Tensor, tensor } from "../reference/tensor.js";
import { tolerances } from "../tolerances.js";
import { compute, expectSamplesApart, type Numbers } from "./harness.js";
import { stepBlock } from "./stepBlock.js";

/** Losses from logits z and targets t, both (samples, n). */
function forward(samples: number, z: ArrayLike<number>, t: ArrayLike<number>, n: number, weights?: ArrayLike<number>) {
  return compute((arena) => {
    const loss = arena.output(samples);
    const pointers = [arena.input(z), arena.input(t), weights ? arena.input(weights) : 0] as const;
    arena.call("softmaxCrossEntropyForward", samples, loss, ...pointers, 1, 1, n, 0);
    return { loss };
  });
}

/** Gradient of the mean over a batch of `batchSamples`, some of which these samples are; y is the softmax. */
function backward(
  [samples, n]: readonly [number, number],
  batchSamples: number,
  y: ArrayLike<number>,
  t: ArrayLike<number>,
  weights?: ArrayLike<number>,
) {
  return compute((arena) => {
    const dz = arena.output(samples * n);
    const pointers = [arena.input(y), arena.input(t), weights ? arena.input(weights) : 0] as const;
    arena.call("softmaxCrossEntropyBackward", samples, dz, ...pointers, 1, stepBlock(arena, { batchSamples }), 1, n, 0);
    return { dz };
  });
}

/** The loss of each sample as the kernel stores it: with its weight. */
function weighted(losses: Tensor, weights?: Tensor): Float64Array {
  return losses.data.map((loss, s) => loss * (weights ? weights.data[s]! : 1));
}

describe("softmaxCrossEntropy", () => {
  const classes = [1, 2, 3, 4, 5, 8, 10, 13, 16, 17, 33];

  it.each(classes)("is close to the reference for %i classes, both passes", (n) => {
    const source = random(n);
    for (const samples of [0, 1, 2, 5]) {
      const z = source.tensor([samples, n]);
      const soft = source.tensor([samples, n]);
      for (const t of [source.oneHot(samples, n), soft]) {
        for (const weights of [undefined, source.tensor([samples])]) {
          const { losses, p, dz } = softmaxCategoricalCrossentropy({ z, t, ...(weights && { weights }) });
          const { loss } = forward(samples, z.data, t.data, n, weights?.data);
          expectClose(loss, weighted(losses, weights), tolerances.kernelLoss, "loss");
          const gradient = backward([samples, n], samples, p.data, t.data, weights?.data);
          expectClose(gradient.dz, dz.data, tolerances.kernel, "dz");
        }
      }
    }
  });

  it("divides by the samples of the batch, not of the shard", () => {
    expect([...backward([2, 2], 8, [0.75, 0.25, 0.5, 0.5], [0, 1, 1, 0]).dz]).toEqual(
      [0.75, -0.75, -0.5, 0.5].map((d) => d / 8),
    );
  });

  it("is exact for large logits", () => {
    const rows = [1e4, 0, -1e4, 1e4, 1e4, 9999, -1e4, -1e4, -1e4, 80, -20, 0];
    const z = tensor([4, 3], rows);
    for (let c = 0; c < 3; c++) {
      const t = tensor([4, 3]);
      for (let s = 0; s < 4; s++) t.data[3 * s + c] = 1;
      const { losses } = softmaxCategoricalCrossentropy({ z, t });
      expectClose(forward(4, z.data, t.data, 3).loss, losses.data, tolerances.kernelLoss, `class ${c}`);
    }
  });

  it("gives infinity where the class asked for is at -Infinity", () => {
    const { loss } = forward(2, [0, -Infinity, 1, 0, 1, -Infinity], [1, 1, 1, 1, 1, 1], 3);
    expect([...loss]).toEqual([Infinity, Infinity]);
  });

  it.each([Number.NaN, Infinity])("gives NaN for a logit of %f, to its sample only", (value) => {
    const { loss } = forward(3, [0, 0, value, 0, 0, 0], [1, 0, 0, 1, 1, 0], 2);
    expectClose(loss, [Math.LN2, Number.NaN, Math.LN2], tolerances.kernelLoss);
  });

  it("gives a sample the same bits at any place, both passes", () => {
    const source = random(26);
    const z = source.tensor([5, 7]);
    const t = source.oneHot(5, 7);
    const weights = source.tensor([5]).data;
    expectSamplesApart(5, [z.data, t.data, weights], (samples, ...[z, t, weights]: Numbers[]) =>
      forward(samples, z!, t!, 7, weights),
    );
    const { p } = softmaxCategoricalCrossentropy({ z, t });
    expectSamplesApart(5, [p.data, t.data, weights], (samples, ...[y, t, weights]: Numbers[]) =>
      backward([samples, 7], 64, y!, t!, weights),
    );
  });
});

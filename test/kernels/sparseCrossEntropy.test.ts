import { describe, expect, it } from "vitest";
import { expectClose } from "../expectClose.js";
import { softmaxForward } from "../reference/activation.js";
import { finiteDifference } from "../reference/finiteDifference.js";
import { sparseCrossEntropy } from "../reference/losses.js";
import { random } from "../reference/random.js";
import { type Tensor, tensor } from "../reference/tensor.js";
import { tolerances } from "../tolerances.js";
import { compute } from "./harness.js";
import { stepBlock } from "./stepBlock.js";

interface Case {
  readonly rows: number;
  readonly n: number;
  readonly ignore: number;
  readonly probabilities: boolean;
}

/** Losses and gradients of the shard that begins with sample `first`, in a batch with these labels. */
function run(
  { rows, n, ignore, probabilities }: Case,
  x: Tensor,
  labels: number[],
  weights: number[] | undefined,
  { first = 0, each = rows, sum = "valid" as "valid" | "all" | "weights" } = {},
) {
  const batchSamples = labels.length / rows;
  const samples = batchSamples - first;
  const y = probabilities ? x : softmaxForward(x);
  return compute((arena) => {
    const shard = (data: ArrayLike<number>, size: number) => arena.input(Array.from(data).slice(first * size));
    const [loss, dx] = [arena.output(samples), arena.output(samples * rows * n)];
    const all = sum === "all" ? 0 : arena.input(labels);
    const allWeights = sum === "weights" && weights ? arena.input(weights) : 0;
    const own = weights ? shard(weights, rows / each) : 0;
    const beside = [shard(labels, rows), all, own, allWeights, each] as const;
    const numbers = [stepBlock(arena, { batchSamples }), rows, n, ignore, probabilities ? 1 : 0] as const;
    arena.call("sparseCrossEntropyForward", samples, loss, shard(x.data, rows * n), ...beside, ...numbers);
    arena.call("sparseCrossEntropyBackward", samples, dx, shard(y.data, rows * n), ...beside, ...numbers);
    return { loss, dx };
  });
}

describe("sparseCrossEntropy", () => {
  const cases = [false, true].flatMap((probabilities) =>
    [1, 3].flatMap((rows) =>
      [2, 5, 8, 17].flatMap((n) => [Number.NaN, 1].map((ignore) => ({ rows, n, ignore, probabilities }))),
    ),
  );

  it.each(cases)("is the reference's, and the derivative of it: %o", (options) => {
    const { rows, n, ignore, probabilities } = options;
    const source = random(n);
    const samples = 4;
    const drawn = source.tensor([samples, rows, n]);
    const x = probabilities
      ? tensor(
          drawn.shape,
          softmaxForward(drawn).data.map((p) => Math.fround(1.5 * p)),
        )
      : drawn;
    const labels = Array.from({ length: samples * rows }, () => source.integer(n));
    labels[0] = 0;
    const weights = [0.5, 2, 0, 1];
    const valid = labels.filter((label) => label !== ignore).length;
    const values = (x: Tensor) =>
      weights.map((weight, s) => {
        let sum = 0;
        for (let r = s * rows; r < (s + 1) * rows; r++) {
          if (labels[r] !== ignore)
            sum += sparseCrossEntropy(x.data.subarray(r * n, (r + 1) * n), labels[r]!, probabilities);
        }
        return (sum * weight * samples) / valid;
      });
    const { loss, dx } = run(options, x, labels, weights);
    expectClose(loss, values(x), tolerances.kernelLoss, "loss");
    const slopes = finiteDifference((x) => values(x).reduce((sum, value) => sum + value, 0) / samples, x);
    expectClose(dx, slopes.data, tolerances.kernelGradient, "dx");
    // A shard counts what the whole batch leaves out.
    const shard = run(options, x, labels, weights, { first: 2 });
    expect([...shard.loss]).toEqual([...loss.subarray(2)]);
    expect([...shard.dx]).toEqual([...dx.subarray(2 * rows * n)]);
  });

  it.each([
    ["valid", 4 / 3],
    ["all", 1 / 2],
    ["weights", 1],
  ] as const)("has a weight for each position, and divides by what counts: %s", (sum, share) => {
    const options = { rows: 2, n: 3, ignore: 1, probabilities: false };
    const x = random(5).tensor([4, 2, 3]);
    const labels = [0, 1, 2, 1, 1, 1, 0, 1];
    const weights = [0.5, 9, 2, 9, 9, 9, 1.5, 9];
    const values = (x: Tensor) =>
      [0, 1, 2, 3].map((s) => {
        const label = labels[2 * s]!;
        const loss = label === 1 ? 0 : sparseCrossEntropy(x.data.subarray(6 * s, 6 * s + 3), label, false);
        return loss * weights[2 * s]! * share;
      });
    const { loss, dx } = run(options, x, labels, weights, { each: 1, sum });
    expectClose(loss, values(x), tolerances.kernelLoss, "loss");
    const slopes = finiteDifference((x) => values(x).reduce((all, value) => all + value, 0) / 4, x);
    expectClose(dx, slopes.data, tolerances.kernelGradient, "dx");
  });

  it("is 0 where all labels are left out", () => {
    const { loss, dx } = run(
      { rows: 1, n: 2, ignore: 255, probabilities: false },
      tensor([2, 2], [1, 2, 3, 4]),
      [255, 255],
      undefined,
    );
    expect([...loss, ...dx]).toEqual([0, 0, 0, 0, 0, 0]);
  });

  it("is exact for large logits", () => {
    const { loss } = run(
      { rows: 1, n: 2, ignore: Number.NaN, probabilities: false },
      tensor([2, 2], [1e4, 0, 0, 1e4]),
      [1, 1],
      undefined,
    );
    expect([...loss]).toEqual([1e4, 0]);
  });
});

import { describe, expect, it } from "vitest";
import { expectClose } from "../expectClose.js";
import { finiteDifference } from "../reference/finiteDifference.js";
import { overlap, rowLosses } from "../reference/losses.js";
import { random } from "../reference/random.js";
import { type Tensor, tensor } from "../reference/tensor.js";
import { tolerances } from "../tolerances.js";
import { compute } from "./harness.js";
import { stepBlock } from "./stepBlock.js";

const SAMPLES = 3;
const BATCH = 5;
const WEIGHTS = [0.5, 2, 0];

function drawn(seed: number, shape: readonly number[], kind: "any" | "probability" | "oneHot"): Tensor {
  const source = random(seed);
  const n = shape.at(-1)!;
  const { data } = source.tensor(shape);
  if (kind === "any") return tensor(shape, data);
  if (kind === "probability")
    return tensor(
      shape,
      data.map(() => 0.05 + 0.9 * source.uniform()),
    );
  const hot = Array.from({ length: data.length / n }, () => source.integer(n));
  return tensor(
    shape,
    data.map((_, i) => (hot[Math.floor(i / n)] === i % n ? 1 : 0)),
  );
}

const rowsOf = ({ data, shape }: Tensor) =>
  Array.from({ length: data.length / shape.at(-1)! }, (_, r) => [
    ...data.subarray(r * shape.at(-1)!, (r + 1) * shape.at(-1)!),
  ]);

/** Of positions. */
const placed = Float64Array.from({ length: 2 * SAMPLES }, (_, r) => 0.25 + 0.5 * (r % 3));

/** Checks values and gradient against the mean over rows of a reference: with a weight for each sample, and for each row. */
function check(...args: Parameters<typeof checkWeights> extends [...infer P, unknown] ? P : never) {
  checkWeights(...args, args[1]);
  checkWeights(...args, 1);
}

function checkWeights(
  kernel: string,
  rows: number,
  p: Tensor,
  given: Tensor,
  numbers: number[],
  row: (p: number[], r: number) => number,
  each: number,
) {
  const n = p.shape.at(-1)!;
  const weights = each === rows ? WEIGHTS : placed;
  const values = (p: Tensor) => {
    const all = rowsOf(p).map((one, r) => row(one, r) * weights[Math.floor(r / each)]!);
    return WEIGHTS.map((_, s) => all.slice(s * rows, (s + 1) * rows).reduce((a, b) => a + b, 0) / rows);
  };
  const { loss, dp } = compute((arena) => {
    const [loss, dp] = [arena.output(SAMPLES), arena.output(SAMPLES * rows * n)];
    const operands = [arena.input(p.data), arena.input(given.data), arena.input(weights), each] as const;
    const call = arena.call.bind(arena) as (kernel: string, ...args: unknown[]) => void;
    call(`${kernel}Forward`, SAMPLES, loss, ...operands, rows, n, ...numbers);
    const step = stepBlock(arena, { batchSamples: BATCH });
    call(`${kernel}Backward`, SAMPLES, dp, ...operands, step, rows, n, ...numbers);
    return { loss, dp };
  });
  expectClose(loss, values(p), tolerances.kernelLoss, "loss");
  const slopes = finiteDifference((x) => values(x).reduce((a, b) => a + b, 0) / BATCH, p);
  expectClose(dp, slopes.data, tolerances.kernelGradient, "dp");
}

describe("losses of positions are the reference's, and so are their gradients", () => {
  const sizes = [1, 2].flatMap((rows) => [2, 3, 5, 8, 17].map((n) => [rows, n] as const));

  it.each(sizes)("categoricalHinge, %i positions of %i", (rows, n) => {
    const [p, t] = [drawn(1, [SAMPLES, rows, n], "any"), drawn(2, [SAMPLES, rows, n], "oneHot")];
    check("categoricalHinge", rows, p, t, [], (one, r) => rowLosses.categoricalHinge(one, rowsOf(t)[r]!));
  });

  it.each(sizes)("cosineSimilarity, %i positions of %i", (rows, n) => {
    const [p, t] = [drawn(3, [SAMPLES, rows, n], "any"), drawn(4, [SAMPLES, rows, n], "any")];
    check("cosineSimilarity", rows, p, t, [-1], (one, r) => rowLosses.cosineSimilarity(one, rowsOf(t)[r]!, -1));
  });

  it.each(sizes)("categoricalFocalCrossentropy, %i positions of %i", (rows, n) => {
    const [p, t] = [drawn(5, [SAMPLES, rows, n], "probability"), drawn(6, [SAMPLES, rows, n], "oneHot")];
    check("categoricalFocalCrossentropy", rows, p, t, [0.1, 0.25, 2], (one, r) =>
      rowLosses.categoricalFocalCrossentropy(one, rowsOf(t)[r]!, 0.1, 0.25, 2),
    );
  });

  it.each(sizes)("generalizedCrossEntropy, %i positions of %i", (rows, n) => {
    const p = drawn(7, [SAMPLES, rows, n], "probability");
    const source = random(8);
    const labels = tensor(
      [SAMPLES * rows],
      Float64Array.from({ length: SAMPLES * rows }, () => source.integer(n)),
    );
    check("generalizedCrossEntropy", rows, p, labels, [0.7], (one, r) => (1 - one[labels.data[r]!]! ** 0.7) / 0.7);
  });

  it("cosines of zeros are 0", () => {
    const { loss } = compute((arena) => {
      const loss = arena.output(1);
      const zeros = arena.input([0, 0, 0]);
      arena.call("cosineSimilarityForward", 1, loss, zeros, arena.input([1, 2, 3]), 0, 1, 1, 3, 1);
      return { loss };
    });
    expect([...loss]).toEqual([0]);
  });
});

describe("overlap", () => {
  const [alpha, beta, epsilon] = [0.3, 0.8, 0.1];

  it.each([
    [1, 5, 1],
    [2, 3, 1],
    [1, 4, 3],
    [2, 2, 2],
  ])("is one number for each group of (%i, %i, %i)", (outer, n, inner) => {
    const shape = [SAMPLES, outer * n * inner];
    const [p, t] = [drawn(9, shape, "probability"), drawn(10, shape, "probability")];
    const pick = (data: Float64Array, o: number, j: number) =>
      Array.from({ length: n }, (_, i) => data[(o * n + i) * inner + j]!);
    const values = ({ data }: Tensor) =>
      WEIGHTS.map((weight, s) => {
        let sum = 0;
        for (let o = s * outer; o < (s + 1) * outer; o++) {
          for (let j = 0; j < inner; j++) sum += overlap(pick(data, o, j), pick(t.data, o, j), alpha, beta, epsilon);
        }
        return (weight * sum) / (outer * inner);
      });
    const { loss, dp } = compute((arena) => {
      const groups = outer * inner;
      const [sums, loss, dp] = [arena.output(3 * SAMPLES * groups), arena.output(SAMPLES), arena.output(p.data.length)];
      const [weights, truth] = [arena.input(WEIGHTS), arena.input(t.data)];
      const step = stepBlock(arena, { batchSamples: BATCH });
      arena.call("overlapSums", SAMPLES, sums, arena.input(p.data), truth, outer, n, inner);
      arena.call("overlapForward", SAMPLES, loss, sums, weights, 1, groups, 0, alpha, beta, epsilon);
      const sizes = [outer, n, inner, 0, alpha, beta, epsilon] as const;
      arena.call("overlapBackward", SAMPLES, dp, truth, sums, weights, 1, step, ...sizes);
      return { loss, dp };
    });
    expectClose(loss, values(p), tolerances.kernelLoss, "loss");
    const slopes = finiteDifference((x) => values(x).reduce((a, b) => a + b, 0) / BATCH, p);
    expectClose(dp, slopes.data, tolerances.kernelGradient, "dp");
  });

  it("is one number for the whole batch, of which a shard has some samples", () => {
    const [p, t] = [drawn(11, [SAMPLES, 7], "probability"), drawn(12, [SAMPLES, 7], "probability")];
    const value = (x: Tensor) => overlap([...x.data], [...t.data], alpha, beta, epsilon);
    const { loss, dp } = compute((arena) => {
      const [all, totals, loss, dp] = [arena.output(9), arena.output(3), arena.output(2), arena.output(14)];
      const step = stepBlock(arena, { batchSamples: SAMPLES });
      arena.call("overlapSums", SAMPLES, all, arena.input(p.data), arena.input(t.data), 1, 7, 1);
      arena.call("overlapTotals", 2, totals, all, step);
      // Two weights a sample, whose mean counts.
      const twice = WEIGHTS.flatMap((weight) => [0.5 * weight, 1.5 * weight]);
      const shard = [arena.input(twice.slice(2)), arena.input(t.data.slice(7))] as const;
      arena.call("overlapForward", 2, loss, totals, shard[0], 2, 1, 1, alpha, beta, epsilon);
      arena.call(
        "overlapBackward",
        2,
        dp,
        shard[1],
        totals,
        arena.input(twice),
        2,
        step,
        1,
        7,
        1,
        1,
        alpha,
        beta,
        epsilon,
      );
      return { loss, dp };
    });
    expectClose(loss, [2 * value(p), 0], tolerances.kernelLoss, "loss");
    const slopes = finiteDifference((x) => (value(x) * 2.5) / SAMPLES, p);
    expectClose(dp, slopes.data.subarray(7), tolerances.kernelGradient, "dp");
  });
});

describe("reductionWeighted", () => {
  it("divides by the sum of the weights of the whole batch, or gives 0", () => {
    for (const [weights, factor] of [
      [[1, 0.5, 2.5], (2 * 3) / 4],
      [[1, 0.5, 0, 0.5, 1, 1], (2 * 3) / 4],
      [[0, 0, 0], 0],
    ] as const) {
      const { y } = compute((arena) => {
        const y = arena.output(5);
        const step = stepBlock(arena, { batchSamples: 3 });
        arena.call(
          "reductionWeighted",
          1,
          y,
          arena.input([1, 2, 3, 4, 5]),
          arena.input(weights),
          weights.length / 3,
          step,
          2,
          5,
        );
        return { y };
      });
      expectClose(
        y,
        [1, 2, 3, 4, 5].map((x) => x * factor),
        tolerances.kernel,
        "y",
      );
    }
  });
});

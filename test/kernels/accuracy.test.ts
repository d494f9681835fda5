import { describe, expect, it } from "vitest";
import { expectClose } from "../expectClose.js";
import { categoricalAccuracy } from "../reference/accuracy.js";
import { random } from "../reference/random.js";
import { tensor } from "../reference/tensor.js";
import { tolerances } from "../tolerances.js";
import { compute, expectEqual, expectSamplesApart, type Numbers } from "./harness.js";

function categorical(samples: number, y: ArrayLike<number>, t: ArrayLike<number>, n: number) {
  return compute((arena) => {
    const hit = arena.output(samples);
    arena.call("accuracyCategorical", samples, hit, arena.input(y), arena.input(t), 0, 1, 1, n);
    return { hit };
  });
}

describe("accuracyCategorical", () => {
  const source = random(5);

  it.each([1, 2, 3, 4, 5, 10, 17])("is the reference's for %i classes", (n) => {
    for (const samples of [0, 1, 2, 5, 33]) {
      const p = source.tensor([samples, n]);
      const t = source.oneHot(samples, n);
      const { correct } = categoricalAccuracy({ t, p });
      expectEqual(categorical(samples, p.data, t.data, n).hit, correct.data, `${samples} samples`);
    }
  });

  it("takes the first of equals, of the outputs and of the targets", () => {
    const p = tensor([4, 3], [5, 5, 1, 1, 5, 5, -1, -1, -1, -Infinity, -Infinity, -2]);
    const t = tensor([4, 3], [1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 1]);
    const { hit } = categorical(4, p.data, t.data, 3);
    expect([...hit]).toEqual([1, 0, 1, 1]);
    expectEqual(hit, categoricalAccuracy({ t, p }).correct.data);
  });

  it("gives a sample the same answer at any place", () => {
    const inputs = [source.tensor([9, 3]).data, source.oneHot(9, 3).data];
    expectSamplesApart(9, inputs, (samples, ...[y, t]: Numbers[]) => categorical(samples, y!, t!, 3));
  });
});

describe("accuracy of positions", () => {
  const source = random(6);
  const weights = [0.5, 2, 0];
  /** Of positions; sums of them have no rounding. */
  const ofPositions = Array.from({ length: 12 }, (_, r) => (r % 5) / 4);

  interface Positions {
    readonly rows: number;
    readonly n: number;
  }
  const share = (
    { rows, n }: Positions,
    isRight: (s: number, row: number, y: ArrayLike<number>) => boolean,
    y: ArrayLike<number>,
    each: number,
  ) =>
    weights.map((_, s) => {
      let count = 0;
      for (let r = s * rows; r < (s + 1) * rows; r++) {
        if (isRight(s, r, Array.from(y).slice(r * n, (r + 1) * n))) {
          count += each === 1 ? ofPositions[r]! : weights[s]!;
        }
      }
      return Math.fround(count / rows);
    });
  const first = (row: ArrayLike<number>) => Array.from(row).indexOf(Math.max(...Array.from(row)));

  it.each([
    { rows: 1, n: 3, each: 1 },
    { rows: 4, n: 5, each: 4 },
    { rows: 4, n: 5, each: 1 },
  ])("is the share of right ones, times the weights: %o", ({ rows, n, each }) => {
    const y = source.distinct([3, rows, n]).data;
    const labels = Array.from({ length: 3 * rows }, () => source.integer(n));
    const t = labels.flatMap((label) => Array.from({ length: n }, (_, i) => (i === label ? 1 : 0)));
    const topK = (k: number) => (_: number, r: number, row: ArrayLike<number>) =>
      Array.from(row).filter((value) => value > row[labels[r]!]!).length < k;
    const { categorical, sparse, top, sparseTop } = compute((arena) => {
      const [categorical, sparse] = [arena.output(3), arena.output(3)];
      const [top, sparseTop] = [arena.output(3), arena.output(3)];
      const [outputs, targets, classes] = [arena.input(y), arena.input(t), arena.input(labels)];
      const given = arena.input(each === 1 ? ofPositions : weights);
      arena.call("accuracyCategorical", 3, categorical, outputs, targets, given, each, rows, n);
      arena.call("accuracySparse", 3, sparse, outputs, classes, given, each, rows, n);
      arena.call("accuracyTopK", 3, top, outputs, targets, given, each, rows, n, 2, 0);
      arena.call("accuracyTopK", 3, sparseTop, outputs, classes, given, each, rows, n, 2, 1);
      return { categorical, sparse, top, sparseTop };
    });
    const right = share({ rows, n }, (_, r, row) => first(row) === labels[r], y, each);
    expectEqual(categorical, right);
    expectEqual(sparse, right);
    expectEqual(top, share({ rows, n }, topK(2), y, each));
    expectEqual(sparseTop, share({ rows, n }, topK(2), y, each));
  });

  it("counts equals as among the k greatest, and no label that is no class", () => {
    const { hits } = compute((arena) => {
      const hits = arena.output(4);
      const y = arena.input([1, 1, 1, 0, 2, 1, 0, 1, 2, Number.NaN, 0, 0]);
      arena.call("accuracyTopK", 4, hits, y, arena.input([2, 3, -1, 0]), 0, 1, 1, 3, 1, 1);
      return { hits };
    });
    expect([...hits]).toEqual([1, 0, 0, 0]);
  });

  it("binary is above the threshold, not at it; equal is to the bit", () => {
    const { binary, equal, placed } = compute((arena) => {
      const [binary, equal, placed] = [arena.output(2), arena.output(2), arena.output(2)];
      const y = arena.input([0.5, 0.75, 0, 1, 1, 0]);
      const t = arena.input([0, 1, 1, 1, 0, 0.5]);
      arena.call("accuracyBinary", 2, binary, y, t, 0, 1, 3, 0.5);
      arena.call("accuracyEqual", 2, equal, y, t, arena.input([1, 3]), 1, 3);
      arena.call("accuracyBinary", 2, placed, y, t, arena.input([1, 2, 3, 4, 5, 6]), 3, 1, 0.5);
      return { binary, equal, placed };
    });
    expectEqual(binary, [Math.fround(2 / 3), Math.fround(1 / 3)]);
    expectEqual(equal, [0, 1]);
    expectClose(placed, [1, 4 / 3], tolerances.kernel);
  });
});

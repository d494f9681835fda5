import { describe, expect, it } from "vitest";
import { compute, expectEqual } from "./harness.js";

describe("confusionCounts", () => {
  it("counts what is above the threshold, at its place, times the weight", () => {
    const { counts } = compute((arena) => {
      const counts = arena.inout(new Float32Array(12).fill(9));
      const y = arena.input([0.9, 0.5, 0.1, 0.6, 0.2, 0.7]);
      const t = arena.input([1, 1, 0, 0, 1, 1]);
      arena.call("confusionCounts", 2, counts, y, t, arena.input([1, 2]), 1, 3, 0.5, 2, 6);
      return { counts };
    });
    // Sample 0 of 3: above, at and below; sample 1: false, missed and true.
    expectEqual(counts, [9, 9, 1, 0, 1, 1, 9, 9, 2, 2, 0, 2]);
  });
});

describe("confusionHistogram", () => {
  it("sums targets and what they leave by the part of [0, 1] that the output lies in", () => {
    const { sums } = compute((arena) => {
      const sums = arena.output(16);
      const y = arena.input([0, 1 / 3, 0.34, 2, -1, Number.NaN]);
      const t = arena.input([1, 0, 0.25, 1, 1, 1]);
      arena.call("confusionHistogram", 2, sums, y, t, arena.input([1, 2]), 3, 3, 1, 4, 3, 1);
      return { sums };
    });
    expectEqual(sums.subarray(0, 8), [1, 0.25, 0, 0, 1, 0.75, 0, 0]);
    expectEqual(sums.subarray(8, 16), [4, 0, 2, 0, 0, 0, 0, 0]);
  });
});

describe("confusionHistogram of several labels", () => {
  it("keeps them apart, and what is 0 if no part is left out", () => {
    const { sums } = compute((arena) => {
      const sums = arena.output(12);
      arena.call(
        "confusionHistogram",
        1,
        sums,
        arena.input([0, 0.5, 1, 0.25]),
        arena.input([1, 0, 1, 1]),
        0,
        4,
        4,
        2,
        3,
        2,
        0,
      );
      return { sums };
    });
    expectEqual(sums, [1, 0, 1, 0, 0, 0, 0, 1, 0, 0, 1, 0]);
  });
});

describe("confusionColumn and confusionTopK", () => {
  it("take one class, or the greatest", () => {
    const { column, most } = compute((arena) => {
      const [column, most] = [arena.output(4), arena.output(12)];
      const from = arena.input([1, 2, 3, 5, 5, 5, 9, 8, 7, 4, 6, 4]);
      arena.call("confusionColumn", 2, column, from, 2, 3, 1);
      arena.call("confusionTopK", 2, most, from, 2, 3, 2, -1);
      return { column, most };
    });
    expectEqual(column, [2, 5, 8, 6]);
    expectEqual(most, [-1, 2, 3, 5, 5, -1, 9, 8, -1, 4, 6, -1]);
  });
});

describe("confusionByClass", () => {
  it("counts what is above the threshold, or the greatest unless it is 0", () => {
    const run = (threshold: number) =>
      compute((arena) => {
        const sums = arena.output(24);
        const y = arena.input([0.2, 0.9, 0.6, 0, 0, 0]);
        const t = arena.input([1, 1, 0, 0, 1, 0]);
        arena.call("confusionByClass", 2, sums, y, t, arena.input([2, 3]), 3, threshold);
        return { sums };
      }).sums;
    const second = [0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 3, 0];
    expectEqual(run(0.5), [0, 2, 0, 0, 0, 2, 2, 0, 0, 2, 2, 0, ...second]);
    expectEqual(run(Number.NaN), [0, 2, 0, 0, 0, 0, 2, 0, 0, 2, 2, 0, ...second]);
  });
});

describe("confusionMatrix", () => {
  it("has a row for each class of the target; labels or numbers for each class", () => {
    const labels = [0, 2, 1, 1];
    const scores = [1, 0, 0, 0, 0, 1, 0, 1, 0, 1, 0, 0];
    const truth = [0, 1, 1, 2];
    for (const [y, ny] of [
      [labels, 0],
      [[1, 0, 0, 0, 0, 1, 0, 1, 0, 0, 1, 0], 3],
    ] as const) {
      const { matrix } = compute((arena) => {
        const matrix = arena.output(18);
        arena.call(
          "confusionMatrix",
          2,
          matrix,
          arena.input(y),
          arena.input(truth),
          arena.input([1, 3]),
          2,
          2,
          ny,
          0,
          3,
          -1,
        );
        return { matrix };
      });
      expectEqual(matrix, [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 3, 0], `${ny}`);
    }
    const { matrix } = compute((arena) => {
      const matrix = arena.output(9);
      arena.call("confusionMatrix", 1, matrix, arena.input(scores), arena.input([0, 7, 1, 2]), 0, 4, 4, 3, 0, 3, 1);
      return { matrix };
    });
    // A label that is no class, and one that is left out.
    expect([...matrix]).toEqual([1, 0, 0, 0, 0, 0, 1, 0, 0]);
  });
});

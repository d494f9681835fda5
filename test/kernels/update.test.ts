import { describe, expect, it } from "vitest";
import { expectClose } from "../expectClose.js";
import { random } from "../reference/random.js";
import { tolerances } from "../tolerances.js";
import { compute, expectEqual } from "./harness.js";
import { stepBlock } from "./stepBlock.js";

const source = random(5);
const values = (size: number) => source.tensor([size]).data;
const norm = (x: ArrayLike<number>) => Math.hypot(...Array.from(x));

describe("updateGather", () => {
  it("adds up until the step that updates, which takes the mean", () => {
    const [g, sum] = [values(20), values(20)];
    const run = (gathers: number) =>
      compute((arena) => {
        const [gradients, sums] = [arena.inout(g), arena.inout(sum)];
        const step = stepBlock(arena, { scalars: [gathers] });
        arena.call("updateGather", 4, 16, gradients, sums, step, 3);
        return { g: gradients, sum: sums };
      });
    const inside = (i: number) => i >= 4 && i < 16;
    const gathered = run(1);
    expectEqual(gathered.g, g);
    expectClose(
      gathered.sum,
      sum.map((s, i) => (inside(i) ? s + g[i]! : s)),
      tolerances.kernel,
    );
    const updated = run(0);
    expectClose(
      updated.g,
      g.map((x, i) => (inside(i) ? (x + sum[i]!) / 3 : x)),
      tolerances.kernel,
    );
    expectEqual(
      updated.sum,
      sum.map((s, i) => (inside(i) ? 0 : s)),
    );
  });
});

describe("limits of gradients", () => {
  it.each([0, 1, 5, 16, 37])("updateNormLines gives the factor of a weight of %i in each of its lines", (size) => {
    for (const limit of [0.5, 100]) {
      const g = values(size);
      const { lines } = compute((arena) => {
        const lines = arena.inout(new Float32Array(6).fill(7));
        arena.call("updateNormLines", lines, 2, arena.input(g), size, limit);
        return { lines };
      });
      const factor = limit / Math.max(norm(g), limit);
      const last = 2 + Math.ceil(size / 16);
      expectClose(
        lines,
        Array.from({ length: 6 }, (_, i) => (i >= 2 && i < last ? factor : 7)),
        tolerances.kernel,
      );
    }
  });

  it("updateFillLines and updateScaleLines scale by line", () => {
    const g = values(48);
    const { gradients } = compute((arena) => {
      const [gradients, lines] = [arena.inout(g), arena.inout([2, 2, 2])];
      arena.call("updateFillLines", lines, 1, 17, 0.5);
      for (const [begin, end] of [
        [16, 48],
        [0, 16],
      ] as const)
        arena.call("updateScaleLines", begin, end, gradients, lines);
      return { gradients };
    });
    expectEqual(
      gradients,
      g.map((x, i) => x * (i < 16 ? 2 : 0.5)),
    );
  });

  it("updateSquares, updateGlobalFactor and updateScale limit the norm of all", () => {
    const g = values(40);
    for (const limit of [0.5, 100]) {
      const { gradients } = compute((arena) => {
        const gradients = arena.inout(g);
        const sums = arena.inout(new Float32Array(6));
        const factor = arena.inout([0]);
        for (const begin of [32, 0, 16])
          arena.call("updateSquares", begin, Math.min(begin + 16, 40), gradients, sums, 4);
        arena.call("updateGlobalFactor", factor, sums, 3, limit);
        arena.call("updateScale", 0, 40, gradients, factor);
        return { gradients };
      });
      const factor = Math.min(1, limit / norm(g));
      expectClose(
        gradients,
        g.map((x) => x * factor),
        tolerances.kernel,
      );
    }
  });

  it("updateGlobalFactor leaves gradients of 0 alone", () => {
    const { factor } = compute((arena) => {
      const factor = arena.inout([0]);
      arena.call("updateGlobalFactor", factor, arena.input([0, 0]), 1, 4);
      return { factor };
    });
    expect([...factor]).toEqual([1]);
  });

  it("updateClip brings each number into the limits; NaN stays", () => {
    const { g } = compute((arena) => {
      const g = arena.inout([-2, -0.25, Number.NaN, 2, 5, 5, 5, 5]);
      arena.call("updateClip", 0, 4, g, 0.5);
      return { g };
    });
    expectEqual(g, [-0.5, -0.25, Number.NaN, 0.5, 5, 5, 5, 5]);
  });
});

describe("updateDecay", () => {
  const decay = (w: ArrayLike<number>, lines: number[] | 0, gathers: number) =>
    compute((arena) => {
      const weights = arena.inout(w);
      const step = stepBlock(arena, { learningRate: 0.5, scalars: [gathers] });
      arena.call("updateDecay", 0, w.length, weights, lines ? arena.input(lines) : 0, step, 0.25);
      return { w: weights };
    }).w;
  const w = values(32);

  it("takes weight * decay * learning rate off", () => {
    expectClose(
      decay(w, 0, 0),
      w.map((x) => x - x * 0.125),
      tolerances.kernel,
    );
  });

  it("leaves lines of 0 alone, and all in a step that only gathers", () => {
    expectClose(
      decay(w, [0, 1], 0),
      w.map((x, i) => (i < 16 ? x : x - x * 0.125)),
      tolerances.kernel,
    );
    expectEqual(decay(w, 0, 1), w);
  });
});

describe("updateAverage", () => {
  it.each([
    [0, 0],
    [0.75, 0],
    [0.75, 1],
  ])("keeps %d of the average; overwrites: %i", (momentum, overwrites) => {
    const [w, average] = [values(12), values(12)];
    const result = compute((arena) => {
      const [weights, averages] = [arena.inout(w), arena.inout(average)];
      arena.call("updateAverage", 0, 12, weights, averages, stepBlock(arena, { scalars: [0, momentum, overwrites] }));
      return { w: weights, average: averages };
    });
    const expected = average.map((a, i) => momentum * a + (1 - momentum) * w[i]!);
    expectClose(result.average, expected, tolerances.kernel);
    expectClose(result.w, overwrites ? expected : w, tolerances.kernel);
  });
});

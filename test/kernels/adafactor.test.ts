import { describe, expect, it } from "vitest";
import { expectClose } from "../expectClose.js";
import { random } from "../reference/random.js";
import { tolerances } from "../tolerances.js";
import { compute, expectEqual } from "./harness.js";
import { stepBlock } from "./stepBlock.js";

const [BETA, RHO, EPSILON1, EPSILON2, LIMIT] = [0.75, 0.1, 1e-6, 1e-3, 0.5];
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const rms = (values: readonly number[]) => Math.sqrt(mean(values.map((x) => x * x)));

/** What a step makes of the weight, the means of rows and columns and their product. */
function reference(
  w: number[],
  g: number[],
  state: { r: number[]; c: number[]; v: number[] },
  rows: number,
  n: number,
) {
  const square = g.map((x) => x * x + EPSILON1);
  const keep = (old: number[], values: number[]) => old.map((x, i) => BETA * x + (1 - BETA) * values[i]!);
  let { r, c, v } = state;
  if (rows === 0) v = keep(v, square);
  else {
    const matrices = Array.from({ length: w.length / (rows * n) }, (_, o) => o);
    const at = (o: number, i: number, j: number) => square[(o * rows + i) * n + j]!;
    const range = (count: number) => [...new Array(count).keys()];
    const ofRows = matrices.flatMap((o) => range(rows).map((i) => mean(range(n).map((j) => at(o, i, j)))));
    const ofColumns = matrices.flatMap((o) => range(n).map((j) => mean(range(rows).map((i) => at(o, i, j)))));
    [r, c] = [keep(r, ofRows), keep(c, ofColumns)];
    v = matrices.flatMap((o) => {
      const own = r.slice(o * rows, (o + 1) * rows);
      return own.flatMap((row) => range(n).map((j) => (row / mean(own)) * c[o * n + j]!));
    });
  }
  const u = g.map((x, i) => x / Math.sqrt(v[i]!));
  const factor = (RHO * Math.max(EPSILON2, rms(w))) / Math.max(1, rms(u) / LIMIT);
  return { w: w.map((x, i) => x - factor * u[i]!), r, c, v };
}

describe("adafactorUpdate", () => {
  const cases = [
    [1, 0, 7],
    [1, 3, 5],
    [2, 4, 8],
    [3, 2, 1],
    [1, 1, 17],
  ] as const;

  it.each(cases)("is the reference's step for %i matrices of %i times %i", (outer, rows, n) => {
    const source = random(n);
    const size = outer * Math.max(rows, 1) * n;
    const drawn = () => [...source.tensor([size]).data];
    const squares = () => drawn().map((x) => x * x);
    const [w, g] = [drawn(), drawn()];
    const state = {
      r: squares().slice(0, outer * rows),
      c: rows ? [...squares(), ...squares()].slice(0, outer * n) : [],
      v: squares(),
    };
    const expected = reference(w, g, state, rows, n);
    const run = (gathers: number) =>
      compute((arena) => {
        // They begin at the third number of each slot.
        const slot = (values: number[]) => arena.inout([9, 9, ...values]);
        const [weight, r, c, v] = [arena.inout(w), slot(state.r), slot(state.c), slot(state.v)];
        const step = stepBlock(arena, { scalars: [gathers, 0, 0, BETA, RHO] });
        const sizes = [2, outer, rows, n, EPSILON1, EPSILON2, LIMIT] as const;
        arena.call("adafactorUpdate", weight, arena.inout(g), r, c, v, step, ...sizes);
        return { w: weight, r, c, v };
      });
    const after = run(0);
    expectClose(after.w, expected.w, tolerances.kernelOptimizer, "w");
    for (const name of ["r", "c", "v"] as const) {
      expectClose(after[name], [9, 9, ...expected[name]], tolerances.kernelOptimizer, name);
    }
    expectEqual(run(1).w, w.map(Math.fround));
    expect(after.w).not.toEqual(run(1).w);
  });
});

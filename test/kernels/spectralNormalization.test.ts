import { describe, expect, it } from "vitest";
import { expectClose } from "../expectClose.js";
import { random } from "../reference/random.js";
import { tolerances } from "../tolerances.js";
import { compute, expectEqual } from "./harness.js";

/** v = w u, u = v w, each of length 1, so many times; w divided by v w u. */
function reference(w: Float64Array, u: Float64Array, rows: number, columns: number, iterations: number) {
  const unit = (values: number[]) => values.map((value) => value / Math.hypot(...values));
  const at = (r: number, c: number) => w[r * columns + c]!;
  let [next, v]: number[][] = [[...u], []];
  const all = (count: number) => Array.from({ length: count }, (_, i) => i);
  for (let k = 0; k < iterations; k++) {
    v = unit(all(rows).map((r) => all(columns).reduce((sum, c) => sum + at(r, c) * next![c]!, 0)));
    next = unit(all(columns).map((c) => all(rows).reduce((sum, r) => sum + at(r, c) * v![r]!, 0)));
  }
  const sigma = all(rows).reduce(
    (sum, r) => sum + v![r]! * all(columns).reduce((s, c) => s + at(r, c) * next![c]!, 0),
    0,
  );
  return { w: w.map((value) => value / sigma), u: next! };
}

describe("spectralNormalization", () => {
  it.each([
    [1, 1, 1],
    [1, 5, 1],
    [7, 1, 2],
    [4, 4, 3],
    [9, 5, 1],
    [18, 13, 4],
  ])("divides a matrix of %i x %i by its largest singular value, after %i iterations", (rows, columns, iterations) => {
    const values = random(rows);
    const [w, u] = [values.tensor([rows, columns]).data, values.tensor([columns]).data];
    const size = rows * columns;
    const { out, taken } = compute((arena) => {
      const out = arena.output(size + columns + rows);
      arena.call("spectralNormalizationForward", out, arena.input(w), arena.input(u), rows, columns, iterations);
      const taken = arena.output(columns);
      arena.call("spectralNormalizationTake", taken, out, size, columns);
      return { out, taken };
    });
    const expected = reference(w, u, rows, columns, iterations);
    expectClose(out.subarray(0, size), expected.w, tolerances.layer, "w");
    expectClose(out.subarray(size, size + columns), expected.u, tolerances.layer, "u");
    expectEqual(taken, out.slice(size, size + columns));
  });

  it("leaves zeros as they are", () => {
    const { out } = compute((arena) => {
      const out = arena.output(6 + 2 + 3);
      const u = arena.input(Float64Array.of(0.25, 0.5));
      arena.call("spectralNormalizationForward", out, arena.input(new Float64Array(6)), u, 3, 2, 2);
      return { out };
    });
    expect([...out.subarray(0, 8)]).toEqual([0, 0, 0, 0, 0, 0, 0.25, 0.5]);
  });
});

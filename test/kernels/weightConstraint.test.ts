import { describe, it } from "vitest";
import { expectClose } from "../expectClose.js";
import { random } from "../reference/random.js";
import { tolerances } from "../tolerances.js";
import { compute, expectEqual } from "./harness.js";

describe("weightConstraint", () => {
  it.each([1, 4, 7, 16])("NonNeg takes away what is below 0 of %i numbers", (size) => {
    const before = random(1).tensor([size]).data;
    const { w } = compute((arena) => {
      const w = arena.inout(before);
      arena.call("weightConstraintNonNeg", w, size);
      return { w };
    });
    expectEqual(
      w,
      before.map((x) => Math.max(x, 0)),
    );
  });

  it.each([
    [1, 1, 1, 1, 1],
    [1, 3, 1, 1, 5],
    [2, 3, 4, 1, 1],
    [1, 2, 3, 4, 7],
    [2, 2, 2, 2, 9],
    [3, 5, 1, 1, 1],
  ])("Norm brings norms of (%i, %i, %i, %i, %i) between two bounds, by a part of the way", (k0, r0, k1, r1, k2) => {
    const before = random(k2).tensor([k0 * r0 * k1 * r1 * k2]).data;
    const { w } = compute((arena) => {
      const w = arena.inout(before);
      arena.call("weightConstraintNorm", w, k0, r0, k1, r1, k2, 0.5, 0.9, 0.75);
      return { w };
    });
    const index = (i: number, a: number, j: number, b: number, c: number) =>
      (((i * r0 + a) * k1 + j) * r1 + b) * k2 + c;
    const expected = before.slice();
    const each = (count: number) => Array.from({ length: count }, (_, i) => i);
    for (const i of each(k0)) {
      for (const j of each(k1)) {
        for (const c of each(k2)) {
          const places = each(r0).flatMap((a) => each(r1).map((b) => index(i, a, j, b, c)));
          const norm = Math.hypot(...places.map((p) => before[p]!));
          const wanted = 0.75 * Math.min(Math.max(norm, 0.5), 0.9) + 0.25 * norm;
          for (const p of places) expected[p] = (before[p]! * wanted) / (1e-7 + norm);
        }
      }
    }
    expectClose(w, expected, tolerances.kernel, "w");
  });
});

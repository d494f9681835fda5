import { expect } from "vitest";
import type { Tolerance } from "./tolerances.js";

/** Expects each value within the tolerance, NaN for NaN, infinities exactly; a failure names the worst one. */
export function expectClose(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance: Tolerance,
  what = "values",
): void {
  expect(actual.length, `${what}: length`).toBe(expected.length);
  let worst = 0;
  let message = "";
  for (let i = 0; i < expected.length; i++) {
    const excess = excessOf(actual[i]!, expected[i]!, tolerance);
    if (excess > worst) {
      worst = excess;
      message = `${what}[${i}]: expected ${expected[i]}, got ${actual[i]}: ${excess.toPrecision(3)} times the tolerance`;
    }
  }
  if (worst > 1) expect.fail(message);
}

/** The error as a multiple of the tolerance. */
function excessOf(actual: number, expected: number, { absolute, relative }: Tolerance): number {
  if (Object.is(actual, expected) || actual === expected) return 0;
  const excess = Math.abs(actual - expected) / (absolute + relative * Math.abs(expected));
  return Number.isNaN(excess) ? Number.POSITIVE_INFINITY : excess;
}

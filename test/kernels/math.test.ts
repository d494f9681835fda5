import { describe, expect, it } from "vitest";
import { normalTail } from "../reference/normal.js";
import { compute, expectEqual } from "./harness.js";

type Kernel = "mathExp" | "mathLog" | "mathNormalQuantile";

function apply(kernel: Kernel, values: ArrayLike<number>): Float32Array {
  const padded = new Float32Array(Math.ceil(values.length / 4) * 4);
  padded.set(values);
  return compute(
    (arena) => {
      const y = arena.output(padded.length);
      arena.call(kernel, y, arena.input(padded), padded.length);
      return { y };
    },
    ["test"],
  ).y.subarray(0, values.length);
}

const bits = new Uint32Array(1);
const float = new Float32Array(bits.buffer);

function fromBits(word: number): number {
  bits[0] = word;
  return float[0]!;
}

/** The distance between two f32 that are neighbours at |value|. */
function ulp(value: number): number {
  float[0] = Math.abs(value);
  const word = bits[0]!;
  return fromBits(word + 1) - fromBits(word);
}

/** The worst error of `kernel` in ulp over `values`, against f64. */
function worstUlp(kernel: Kernel, values: Float32Array): { error: number; at: number } {
  const exact = kernel === "mathExp" ? Math.exp : Math.log;
  const actual = apply(kernel, values);
  let worst = { error: 0, at: 0 };
  for (const [i, x] of values.entries()) {
    const expected = exact(x);
    const error = Math.abs(actual[i]! - expected) / ulp(expected);
    if (!(error <= worst.error)) worst = { error, at: x };
  }
  return worst;
}

function evenly(count: number, low: number, high: number): Float32Array {
  return Float32Array.from({ length: count }, (_, i) => low + ((high - low) * i) / (count - 1));
}

describe("exp4", () => {
  it.each([
    [-87.33, 88.72],
    [-1, 1],
    [-1e-3, 1e-3],
  ])("is within 1 ulp from %f to %f", (low, high) => {
    const { error, at } = worstUlp("mathExp", evenly(200_000, low, high));
    expect(error, `at ${at}`).toBeLessThan(1);
  });

  it("gives 1 for 0, 0 below and Infinity above what f32 holds, NaN for NaN", () => {
    const x = [0, -0, -87.34, -88, -104, -1e30, -Infinity, 88.73, 89, 1e30, Infinity, Number.NaN];
    expectEqual(apply("mathExp", x), [1, 1, 0, 0, 0, 0, 0, Infinity, Infinity, Infinity, Infinity, Number.NaN]);
  });

  it("is finite and normal up to its ends", () => {
    const [least, most] = apply("mathExp", [-87.33, 88.7228]);
    expect(least).toBeGreaterThan(2 ** -126);
    expect(most).toBeLessThan(Infinity);
  });
});

describe("log4", () => {
  it("is within 1 ulp for normal numbers", () => {
    // A stride through all bit patterns from 2^-126 to the greatest number.
    const [first, end, count] = [0x00800000, 0x7f800000, 400_000];
    const stride = Math.floor((end - first) / count);
    const values = Float32Array.from({ length: count }, (_, i) => fromBits(first + i * stride));
    const { error, at } = worstUlp("mathLog", values);
    expect(error, `at ${at}`).toBeLessThan(1);
  });

  it.each([
    [0.5, 2],
    [0.999, 1.001],
  ])("is within 1 ulp from %f to %f", (low, high) => {
    const { error, at } = worstUlp("mathLog", evenly(200_000, low, high));
    expect(error, `at ${at}`).toBeLessThan(1);
  });

  it("gives 0 for 1, -Infinity for 0 and subnormals, NaN below 0 and for NaN, Infinity for Infinity", () => {
    const x = [1, 0, -0, 1e-45, 1e-38, Infinity, -1, -1e-40, -Infinity, Number.NaN, 2 ** -126];
    const none = Number.NaN;
    const least = Math.fround(-126 * Math.LN2);
    expectEqual(apply("mathLog", x), [
      0,
      -Infinity,
      -Infinity,
      -Infinity,
      -Infinity,
      Infinity,
      none,
      none,
      none,
      none,
      least,
    ]);
  });
});

describe("normalQuantile4", () => {
  it("is within 2e-6 of the number that has this tail, far out within 4e-4", () => {
    const tails = [...evenly(20_000, 2 ** -12, 1), ...evenly(20_000, 0, 20).map((x) => 2 ** (-12 - x))];
    const z = apply("mathNormalQuantile", Float32Array.from(tails));
    for (const [i, tail] of Float32Array.from(tails).entries()) {
      // The slope of the tail at z turns an error of z into one of the tail.
      const slope = 2 * Math.exp(-(z[i]! ** 2) / 2) * Math.sqrt(1 / (2 * Math.PI));
      const error = Math.abs(normalTail(z[i]!) - tail) / slope;
      expect(error, `${z[i]} for ${tail}`).toBeLessThan(1e-7 + (tail >= 2 ** -24 ? 2e-6 : 4e-4) * z[i]!);
    }
  });

  it("gives 0 for 1", () => {
    expectEqual(apply("mathNormalQuantile", [1]), [0]);
  });
});

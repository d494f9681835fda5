import { describe, expect, it } from "vitest";
import { erf, normalCdf, sigmoid, softplus } from "../reference/elementwise.js";
import { normalTail } from "../reference/normal.js";
import { compute, expectEqual, type TestKernels } from "./harness.js";

type Kernel = keyof TestKernels;

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

const EXACT: Readonly<Record<Exclude<Kernel, "mathNormalQuantile">, (x: number) => number>> = {
  mathExp: Math.exp,
  mathLog: Math.log,
  mathLog1p: Math.log1p,
  mathExpm1: Math.expm1,
  mathSoftplus: softplus,
  mathSigmoid: sigmoid,
  mathTanh: Math.tanh,
  mathErf: erf,
  mathNormalCdf: normalCdf,
};

/** The worst error of `kernel` in ulp over `values`, against f64. */
function worstUlp(kernel: keyof typeof EXACT, values: Float32Array): { error: number; at: number } {
  const exact = EXACT[kernel];
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

/** Every so many bit patterns of the normal numbers from 2^-126 to `most`, with this sign. */
function everyMagnitude(sign: 1 | -1, most: number, count = 30_000): Float32Array {
  float[0] = most;
  const [first, end] = [0x00800000, bits[0]!];
  const stride = (end - first) / count;
  return Float32Array.from({ length: count }, (_, i) => sign * fromBits(Math.floor(first + i * stride)));
}

describe.each([
  { kernel: "mathLog1p", ulps: 1.5, low: 0, high: 1, close: [0.3, 0.6] },
  { kernel: "mathExpm1", ulps: 1, low: -25, high: 0, close: [-1, 0] },
  { kernel: "mathSoftplus", ulps: 2, low: -87.3, high: 100, close: [-2, 2] },
  { kernel: "mathSigmoid", ulps: 2.5, low: -87.3, high: 20, close: [-4, 2] },
  { kernel: "mathTanh", ulps: 1.5, low: -20, high: 20, close: [0.5, 0.8] },
  { kernel: "mathErf", ulps: 2.5, low: -5, high: 5, close: [-1.1, 1.1] },
  { kernel: "mathNormalCdf", ulps: 12, low: -12.9, high: 6, close: [-1.6, 1] },
] as const)("$kernel", ({ kernel, ulps, low, high, close }) => {
  it(`is within ${ulps} ulp wherever it bends, and at all magnitudes`, () => {
    const ranges = [evenly(40_000, low, high), evenly(40_000, close[0], close[1])];
    if (high > 0) ranges.push(everyMagnitude(1, kernel === "mathLog1p" ? 1 : 3e38));
    if (low < 0) ranges.push(everyMagnitude(-1, kernel === "mathExpm1" ? 3e38 : -low));
    for (const values of ranges) {
      const { error, at } = worstUlp(kernel, values);
      expect(error, `at ${at}`).toBeLessThan(ulps);
    }
  });

  it("keeps NaN", () => {
    expect(apply(kernel, [Number.NaN])[0]).toBeNaN();
  });
});

it("sigmoid, tanh, erf, its like, softplus and expm1 have their limits at the infinities and far out", () => {
  const ends = [-Infinity, -3e38, -200, 200, 3e38, Infinity];
  expectEqual(apply("mathSigmoid", ends), [0, 0, 0, 1, 1, 1]);
  expectEqual(apply("mathTanh", ends), [-1, -1, -1, 1, 1, 1]);
  expectEqual(apply("mathErf", ends), [-1, -1, -1, 1, 1, 1]);
  expectEqual(apply("mathNormalCdf", ends), [0, 0, 0, 1, 1, 1]);
  expectEqual(apply("mathSoftplus", ends), [0, 0, 0, 200, Math.fround(3e38), Infinity]);
  expectEqual(apply("mathExpm1", [-Infinity, -200, -0, 0]), [-1, -1, 0, 0]);
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

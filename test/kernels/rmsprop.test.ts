import { describe, expect, it } from "vitest";
import { expectClose } from "../expectClose.js";
import { random } from "../reference/random.js";
import { type RmspropOptions, rmspropInit, rmspropStep } from "../reference/rmsprop.js";
import { tolerances } from "../tolerances.js";
import { compute, expectEqual } from "./harness.js";
import { stepBlock } from "./stepBlock.js";

interface State {
  readonly w: ArrayLike<number>;
  readonly velocity?: ArrayLike<number>;
  readonly momentum?: ArrayLike<number>;
  readonly average?: ArrayLike<number>;
}

/** Where `update` begins and ends. */
type Range = readonly [number, number];

/** Runs one step for each of `gradients`, in the given ranges. Slots that the options do not need stay as they are. */
function update(state: State, gradients: readonly ArrayLike<number>[], options: RmspropOptions, ranges?: Range[]) {
  const { learningRate = 0.001, rho = 0.9, momentum = 0, epsilon = 1e-7, centered = false } = options;
  const size = state.w.length;
  return compute((arena) => {
    const slot = (values?: ArrayLike<number>) => arena.inout(values ?? new Float32Array(size));
    const [w, v] = [slot(state.w), slot(state.velocity)];
    const [m, a] = [slot(state.momentum), slot(state.average)];
    const step = stepBlock(arena, { learningRate });
    // One block for a gradient that comes again: each block in the arena costs a run of its own.
    const inputs = new Map([...new Set(gradients)].map((values) => [values, arena.input(values)]));
    for (const values of gradients) {
      const g = inputs.get(values)!;
      for (const [begin, end] of ranges ?? [[0, size]]) {
        const pointers = [w, g, v, momentum > 0 ? m : 0, centered ? a : 0, step] as const;
        arena.call("rmspropUpdate", begin, end, ...pointers, rho, 1 - rho, momentum, epsilon);
      }
    }
    return { w, v, m, a };
  });
}

const variants: [string, RmspropOptions][] = [
  ["plain", {}],
  ["with momentum", { momentum: 0.75 }],
  ["centered", { centered: true }],
  ["with all its options", { learningRate: 0.02, rho: 0.8, momentum: 0.5, epsilon: 1e-3, centered: true }],
];

describe("rmspropUpdate", () => {
  it.each(variants)("is the reference's over 10 steps, %s", (_, options) => {
    for (const size of [0, 4, 8, 20]) {
      const source = random(size);
      const w = source.tensor([size]).data;
      const gradients = Array.from({ length: 10 }, () => source.tensor([size]).data);
      const actual = update({ w }, gradients, options);
      const expected = gradients.reduce((state, gradient) => rmspropStep(state, gradient, options), rmspropInit(w));
      expectClose(actual.w, expected.w, tolerances.kernelOptimizer, "w");
      expectClose(actual.v, expected.velocity, tolerances.kernelOptimizer, "velocity");
      expectClose(actual.m, expected.momentum, tolerances.kernelOptimizer, "momentum");
      expectClose(actual.a, expected.averageGradient, tolerances.kernelOptimizer, "average gradient");
    }
  });

  it("has epsilon inside the root", () => {
    // v = 0.5 * 4^2 = 8 and epsilon 8: a root of 4, but 10.8 with epsilon behind it.
    const { w, v } = update({ w: [1, 1, 1, 1] }, [[4, -4, 0, 4]], { learningRate: 2, rho: 0.5, epsilon: 8 });
    expect([...w]).toEqual([-1, 3, 1, -1]);
    expect([...v]).toEqual([8, 8, 0, 8]);
  });

  it.each(variants)("gives the same bits in blocks as at once, and nothing outside of them, %s", (_, options) => {
    const source = random(21);
    const w = source.tensor([24]).data;
    const gradients = [source.tensor([24]).data, source.tensor([24]).data];
    const whole = update({ w }, gradients, options);
    expect(
      update({ w }, gradients, options, [
        [16, 24],
        [0, 4],
        [4, 16],
      ]),
    ).toEqual(whole);
    const part = update({ w }, gradients, options, [[8, 12]]);
    const zeros = new Float32Array(24);
    for (const [key, before] of Object.entries({ w: Float32Array.from(w), v: zeros, m: zeros, a: zeros })) {
      const expected = before.slice();
      expected.set(whole[key as keyof typeof whole].subarray(8, 12), 8);
      expectEqual(part[key as keyof typeof part], expected, key);
    }
  });

  it("flushes what is below 1e-30 to zero in every slot", () => {
    const tiny = [1.05e-30, 1e-38, 1e-45, 1.3e-30];
    const small = tiny.map((value) => -value);
    const state = { w: [1, 2, 3, 4], velocity: tiny, momentum: small, average: small };
    const { w, v, m, a } = update(state, [[0, 0, 0, 0]], { momentum: 0.9, centered: true });
    const kept = Math.fround(Math.fround(0.9) * Math.fround(1.3e-30));
    expect([...v]).toEqual([0, 0, 0, kept]);
    expectEqual(m, [0, 0, 0, -kept]);
    expectEqual(a, [0, 0, 0, -kept]);
    expect([...w]).toEqual([1, 2, 3, 4]);
  });

  it("passes NaN on, to its own weight only", () => {
    const { w, v } = update({ w: [1, 2, 3, 4] }, [[Number.NaN, 0, 0, 0]], { momentum: 0.5, centered: true });
    expect([...w]).toEqual([Number.NaN, 2, 3, 4]);
    expect([...v]).toEqual([Number.NaN, 0, 0, 0]);
  });

  it("stays finite under a steady gradient, centered, where v - a^2 rounds below zero", () => {
    const steady = new Array(200).fill([777, 777, 777, 777]);
    const { w } = update({ w: [1, 2, 3, 4] }, steady, { centered: true });
    expect([...w].every(Number.isFinite)).toBe(true);
  });
});

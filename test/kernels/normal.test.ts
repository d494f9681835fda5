import { describe, expect, it } from "vitest";
import { normalTail } from "../reference/normal.js";
import { type Philox4, philox4x32 } from "../reference/philox.js";
import { compute, expectEqual } from "./harness.js";

type Kernel = "normalFill" | "normalFillTruncated";

function fill(kernel: Kernel, blocks: number, mean: number, stddev: number, first = 7): Float32Array {
  return compute((arena) => {
    const out = arena.output(4 * blocks);
    arena.call(kernel, blocks, out, mean, stddev, 4, 5, first, 1, 2, 3);
    return { out };
  }).out;
}

function words(blocks: number): number[] {
  return Array.from({ length: blocks }, (_, i) => philox4x32([7 + i, 1, 2, 3] as Philox4, [4, 5])).flat();
}

describe.each<[Kernel, number]>([
  ["normalFill", 0],
  ["normalFillTruncated", 0.0455002638963584],
])("%s", (kernel, beyond) => {
  it("gives each word the number beyond which its share of the distribution lies", () => {
    for (const blocks of [0, 1, 2, 500]) {
      const out = fill(kernel, blocks, 0, 1);
      for (const [i, word] of words(blocks).entries()) {
        const share = ((word & 0x7fffffff) + 0.5) / 2 ** 31;
        const tail = beyond + (1 - beyond) * share;
        expect(Math.sign(out[i]!), `sign ${i}`).toBe(word >= 2 ** 31 ? -1 : 1);
        expect(Math.abs(normalTail(Math.abs(out[i]!)) - tail), `tail of ${out[i]}`).toBeLessThan(2e-7 + 5e-6 * tail);
      }
    }
  });

  it("brings it to another mean and deviation", () => {
    const f = Math.fround;
    const expected = fill(kernel, 9, 0, 1).map((z) => f(f(z * f(0.3)) + f(-2)));
    expectEqual(fill(kernel, 9, -2, 0.3), expected);
  });

  it("gives a number by its word, wherever a call begins", () => {
    expectEqual(fill(kernel, 4, 0, 1, 10), fill(kernel, 9, 0, 1).subarray(12, 28));
  });

  it("has the moments of its distribution", () => {
    const out = fill(kernel, 10_000, 0, 1);
    const moment = (power: number) => out.reduce((sum, value) => sum + value ** power, 0) / out.length;
    // Of a normal distribution cut at two deviations: 1 - 4 phi(2) / (1 - beyond) squared, and 3 less what the cut takes.
    const density = Math.exp(-2) / Math.sqrt(2 * Math.PI);
    const cut = beyond > 0 ? (4 * density) / (1 - beyond) : 0;
    const [variance, fourth] = [1 - cut, 3 * (1 - cut) - (beyond > 0 ? (16 * density) / (1 - beyond) : 0)];
    expect(Math.abs(moment(1))).toBeLessThan(5 * Math.sqrt(variance / out.length));
    expect(Math.abs(moment(2) - variance)).toBeLessThan(5 * Math.sqrt((fourth - variance ** 2) / out.length));
    expect(Math.abs(moment(3))).toBeLessThan(5 * Math.sqrt(15 / out.length));
    if (beyond > 0) expect(out.every((z) => Math.abs(z) <= 2)).toBe(true);
    else expect(out.some((z) => Math.abs(z) > 3.5)).toBe(true);
  });
});

import { describe, expect, it } from "vitest";
import { type Philox4, philox4x32 } from "../reference/philox.js";
import { random } from "../reference/random.js";
import { compute, expectEqual } from "./harness.js";

type Key = readonly [number, number];

function fill(blocks: number, [first, ...rest]: Philox4, key: Key): Uint32Array {
  return compute((arena) => {
    const out = arena.output(4 * blocks, Uint32Array);
    arena.call("philoxFill", blocks, out, ...key, first, ...rest);
    return { out };
  }).out;
}

function uniform(blocks: number, low: number, high: number, [first, ...rest]: Philox4, key: Key): Float32Array {
  return compute((arena) => {
    const out = arena.output(4 * blocks);
    arena.call("philoxUniform", blocks, out, low, high, ...key, first, ...rest);
    return { out };
  }).out;
}

function expectedWords(blocks: number, [first, ...rest]: Philox4, key: Key): number[] {
  return Array.from({ length: blocks }, (_, i) => philox4x32([(first + i) >>> 0, ...rest], key)).flat();
}

/** The known answers for philox4x32-10 published with Random123 (kat_vectors): counter, key, result. */
const knownAnswers: [Philox4, Key, Philox4][] = [
  [
    [0x00000000, 0x00000000, 0x00000000, 0x00000000],
    [0x00000000, 0x00000000],
    [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8],
  ],
  [
    [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
    [0xffffffff, 0xffffffff],
    [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
  ],
  [
    [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
    [0xa4093822, 0x299f31d0],
    [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
  ],
];

describe("philoxFill", () => {
  it.each(knownAnswers)("gives the published answer for counter %j, key %j", (counter, key, expected) => {
    expect([...fill(1, counter, key)]).toEqual(expected);
  });

  it.each([0, 1, 2, 7])("gives the reference's words for %i blocks", (blocks) => {
    const source = random(20);
    const word = () => source.integer(2 ** 16) * 2 ** 16 + source.integer(2 ** 16);
    for (let i = 0; i < 5; i++) {
      const counter: Philox4 = [word(), word(), word(), word()];
      const key: Key = [word(), word()];
      expectEqual(fill(blocks, counter, key), expectedWords(blocks, counter, key));
    }
  });

  it("counts blocks in the first word, round after 2^32", () => {
    const counter: Philox4 = [0xfffffffe, 1, 2, 3];
    expectEqual(fill(5, counter, [4, 5]), expectedWords(5, counter, [4, 5]));
  });

  it("gives a word by its counter, wherever a call begins", () => {
    const all = fill(9, [100, 1, 2, 3], [4, 5]);
    expectEqual(fill(4, [103, 1, 2, 3], [4, 5]), all.subarray(12, 28));
  });
});

describe("philoxUniform", () => {
  it.each([
    [0, 1],
    [-1, 1],
    [-0.0721687823, 0.0721687823],
    [2.5, 3.75],
  ])("brings the upper 24 bits of the words to [%f, %f), to the last bit", (low, high) => {
    const counter: Philox4 = [7, 1, 2, 3];
    const f = Math.fround;
    const scale = f(f(f(high) - f(low)) / 2 ** 24);
    for (const blocks of [0, 1, 2, 33]) {
      const expected = expectedWords(blocks, counter, [4, 5]).map((word) => f(f(low) + f((word >>> 8) * scale)));
      const out = uniform(blocks, low, high, counter, [4, 5]);
      expectEqual(out, expected, `${blocks} blocks`);
      expect(out.every((value) => value >= f(low) && value < f(high))).toBe(true);
    }
  });

  it.each([
    [0, 1],
    [-1, 1],
    [-0.0721687823, 0.0721687823],
  ])("reaches from the least to the greatest word inside of [%f, %f)", (low, high) => {
    // Found by running the rounds backwards from these words.
    const counter: Philox4 = [0x9d88bfd5, 0x0b6e67d4, 0xa87d28d3, 0x64f34fb7];
    expect([...fill(1, counter, [0, 0])]).toEqual([0xffffffff, 0xffffff00, 0xff, 0]);
    const [most, same, least, zero] = uniform(1, low, high, counter, [0, 0]);
    expect([least, zero]).toEqual([Math.fround(low), Math.fround(low)]);
    expect(most).toBe(same);
    expect(most).toBeGreaterThan(low + (high - low) * 0.999999);
    expect(most).toBeLessThan(Math.fround(high));
  });

  it("has the mean and the variance of a uniform distribution", () => {
    const out = uniform(10_000, -1, 1, [0, 0, 0, 0], [1, 0]);
    const mean = out.reduce((sum, value) => sum + value, 0) / out.length;
    const variance = out.reduce((sum, value) => sum + (value - mean) ** 2, 0) / out.length;
    // Five standard errors.
    expect(Math.abs(mean)).toBeLessThan(5 * Math.sqrt(1 / 3 / out.length));
    expect(Math.abs(variance - 1 / 3)).toBeLessThan(5 * Math.sqrt(4 / 45 / out.length));
  });
});

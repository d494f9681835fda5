import { describe, expect, it } from "vitest";
import { expectClose } from "../expectClose.js";
import { normalCdf } from "../reference/elementwise.js";
import { philox4x32 } from "../reference/philox.js";
import { random } from "../reference/random.js";
import { tolerances } from "../tolerances.js";
import { compute, expectEqual } from "./harness.js";
import { stepBlock } from "./stepBlock.js";

const keys = { iterations: 17, firstSample: 3, seed: 2 ** 32 + 5 };
const [purpose, position] = [3, 9];

/** The upper 24 bits of the word of each element, from the definition. */
function bitsOf(samples: number, size: number, firstSample = keys.firstSample): number[] {
  return Array.from({ length: samples * size }, (_, i) => {
    const element = i % size;
    const block = (firstSample + Math.floor(i / size)) * Math.ceil(size / 4) + Math.floor(element / 4);
    const words = philox4x32(
      [block, purpose, position, keys.iterations],
      [keys.seed >>> 0, Math.floor(keys.seed / 2 ** 32)],
    );
    return words[element % 4]! >>> 8;
  });
}

const isKept = (bits: number, rate: number) => bits / 2 ** 24 >= Math.fround(rate);
const sizes = [1, 3, 4, 5, 15, 16, 17, 33, 70];

describe("dropoutForward", () => {
  it.each(sizes)("drops what the numbers say, of %i elements a sample", (size) => {
    for (const samples of [0, 1, 3]) {
      const x = random(5).tensor([samples * size]).data;
      const rate = 0.3;
      const { y } = compute((arena) => {
        const y = arena.output(samples * size);
        const words = arena.output(16, Uint32Array);
        arena.call(
          "dropoutForward",
          samples,
          y,
          arena.input(x),
          words,
          stepBlock(arena, keys),
          size,
          purpose,
          position,
          rate,
        );
        return { y };
      });
      const scale = Math.fround(1 / Math.fround(1 - Math.fround(rate)));
      const bits = bitsOf(samples, size);
      expectEqual(
        y,
        x.map((value, i) => (isKept(bits[i]!, rate) ? Math.fround(value * scale) : 0)),
      );
    }
  });

  it("gives zeros where all are dropped", () => {
    const { y } = compute((arena) => {
      const y = arena.output(5);
      const words = arena.output(16, Uint32Array);
      arena.call("dropoutForward", 1, y, arena.input([1, -2, 3, 4, 5]), words, stepBlock(arena, keys), 5, 3, 9, 1);
      return { y };
    });
    expectEqual(y, [0, 0, 0, 0, 0]);
  });
});

describe("dropoutMask", () => {
  it.each(sizes)("is a value or 0, for all samples alike if it is shared, of %i elements", (size) => {
    for (const isShared of [0, 1]) {
      const { mask } = compute((arena) => {
        const mask = arena.output(3 * size);
        const words = arena.output(16, Uint32Array);
        arena.call("dropoutMask", 3, mask, words, stepBlock(arena, keys), size, purpose, position, 0.6, 2.5, isShared);
        return { mask };
      });
      const one = bitsOf(1, size, 0);
      const bits = isShared ? [...one, ...one, ...one] : bitsOf(3, size);
      expectEqual(
        mask,
        bits.map((value) => (isKept(value, 0.6) ? 2.5 : 0)),
      );
    }
  });
});

describe("gaussianNoiseForward", () => {
  const noise = (samples: number, size: number, mean: number, stddev: number) =>
    compute((arena) => {
      const y = arena.output(samples * size);
      const words = arena.output(16, Uint32Array);
      const block = stepBlock(arena, keys);
      arena.call("gaussianNoiseForward", samples, y, words, block, size, purpose, position, mean, stddev);
      return { y };
    }).y;

  it.each(sizes)("has the numbers whose share below is what the words say, of %i elements a sample", (size) => {
    for (const samples of [0, 1, 3]) {
      const bits = bitsOf(samples, size);
      const shares = Array.from(noise(samples, size, 0, 1), normalCdf);
      expectClose(
        shares,
        bits.map((value) => (value + 0.5) / 2 ** 24),
        tolerances.activation,
      );
    }
  });

  it("has the mean and the standard deviation that are asked for", () => {
    const y = noise(40, 500, 1, 0.5);
    const mean = y.reduce((sum, value) => sum + value, 0) / y.length;
    const variance = y.reduce((sum, value) => sum + (value - mean) ** 2, 0) / y.length;
    expect(Math.abs(mean - 1)).toBeLessThan(0.015);
    expect(Math.abs(Math.sqrt(variance) - 0.5)).toBeLessThan(0.01);
  });
});

describe("activityRegularization", () => {
  it.each(sizes)("adds up, and has its gradient, for %i elements a sample", (size) => {
    for (const samples of [0, 1, 3]) {
      const source = random(6);
      const x = source.tensor([samples * size]).data.map((value, i) => (i % 5 === 1 ? 0 : value));
      const { penalty, dx } = compute((arena) => {
        const [penalty, dx, input] = [arena.output(samples), arena.output(x.length), arena.input(x)];
        arena.call("activityRegularizationForward", samples, penalty, input, size, 0.25, 0.5);
        const step = stepBlock(arena, { batchSamples: 8 });
        arena.call("activityRegularizationBackward", samples, dx, input, step, size, 0.25, 0.5);
        return { penalty, dx };
      });
      const sums = Array.from({ length: samples }, (_, n) =>
        x
          .subarray(n * size, (n + 1) * size)
          .reduce((sum, value) => sum + 0.25 * Math.abs(value) + 0.5 * value * value, 0),
      );
      expectClose(penalty, sums, tolerances.activation, "penalty");
      const slopes = x.map((value, i) => (0.25 * Math.sign(value) + value) / 8);
      expectClose(dx, slopes, tolerances.kernel, "dx");
    }
  });
});

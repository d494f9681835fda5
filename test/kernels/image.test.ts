import { describe, expect, it } from "vitest";
import { expectClose } from "../expectClose.js";
import { philox4x32 } from "../reference/philox.js";
import { random } from "../reference/random.js";
import { tolerances } from "../tolerances.js";
import { compute } from "./harness.js";
import { stepBlock } from "./stepBlock.js";

const keys = { iterations: 17, firstSample: 3, seed: 2 ** 32 + 5 };
const [purpose, position] = [4, 9];
/** Height, width, channels: awkward ones. */
const SIZES = [
  [1, 1, 1],
  [2, 3, 1],
  [3, 2, 3],
  [3, 5, 4],
  [2, 3, 5],
  [4, 3, 9],
] as const;

type Image = readonly [height: number, width: number, channels: number];

/** Each kernel with what comes after its output and x, between walls of NaN; `room` is scratch memory. */
function run(kernel: string, x: ArrayLike<number>, image: Image, room: readonly number[], rest: readonly number[]) {
  const first = keys.firstSample;
  return (from: number, count: number) => {
    const size = image[0] * image[1] * image[2];
    return compute((arena) => {
      const y = arena.output(count * size);
      const part = arena.input(Float32Array.from(x).subarray(from * size, (from + count) * size));
      const scratch = room.map((elements) => arena.output(elements));
      const step = stepBlock(arena, { ...keys, firstSample: first + from });
      const call = arena.call.bind(arena) as unknown as (kernel: string, ...args: unknown[]) => void;
      const words = arena.output(16, Uint32Array);
      call(kernel, count, y, part, ...scratch, words, step, purpose, position, ...rest);
      return { y };
    }).y;
  };
}

describe.each(SIZES)("images of %i x %i x %i", (height, width, channels) => {
  const image = [height, width, channels] as const;
  const places = height * width;
  const size = places * channels;
  const x = random(5).tensor([3, size]).data;
  const colours = channels === 3;
  it.each([
    ["randomFlipForward", [], [...image, 3]],
    ["contrastForward", [channels], [places, channels, 0.5, 1.5, -1, 1]],
    ["contrastBrightness", [], [size, -0.2, 0.3, -1, 1]],
    ["tonesInvert", [], [size, 0.2, 0.9, 1]],
    ["tonesPosterize", [], [size, 2, 6, -1, 1]],
    ["tonesSolarize", [], [size, 0, 100, 50, 200, -1, 1]],
    ["randomErasingForward", [], [...image, 0, 1, 2, 3, 1, 1, 0.2, 0.9, -1, 5]],
    ["randomErasingForward", [], [...image, 1, 0, 0, 0, 1, 1, 0.2, 0.9, -1, 1]],
    ["smoothGaussian", [size, 5], [...image, 3, 5, 1, 1, 0.5, 1, -1, 1]],
    ["smoothSharpness", [], [...image, 0.1, 0.9, -1, 1]],
    ...(colours
      ? ([
          ["colourSaturation", [], [places, 0.1, 0.7, 0, 1]],
          ["colourHue", [], [places, 0.1, 0.7, -1, 1]],
          ["colourDegeneration", [], [places, 0.1, 0.7, -1, 1]],
          ["colourGrayscale", [], [places, 0.5]],
        ] as const)
      : []),
  ] as const)("%s writes all of its output and no more, the same for a sample by itself", (kernel, room, rest) => {
    const at = run(kernel, x, image, room, rest);
    const whole = at(0, 3);
    expect(whole.every(Number.isFinite)).toBe(true);
    for (const n of [0, 1, 2]) expect(at(n, 1)).toEqual(whole.slice(n * size, (n + 1) * size));
    expect(at(0, 0)).toHaveLength(0);
  });

  it.each([0, 1, 2, 3])("affine maps with fill mode %i write all of their output and no more, both passes", (mode) => {
    for (const isNearest of [0, 1]) {
      const { y, dx, maps } = compute((arena) => {
        const [y, dx] = [arena.output(3 * size), arena.output(3 * size)];
        const maps = arena.output(18);
        const words = arena.output(16, Uint32Array);
        const input = arena.input(x);
        const taps = arena.output(8);
        arena.call("affineRotation", 3, maps, words, stepBlock(arena, keys), purpose, position, height, width, -1, 1);
        arena.call("affineForward", 3, y, input, maps, taps, ...image, mode, isNearest, 0.5);
        arena.call("affineBackward", 3, dx, input, maps, taps, ...image, mode, isNearest);
        return { y, dx, maps };
      });
      expect([...y, ...dx, ...maps].every(Number.isFinite)).toBe(true);
    }
  });
});

describe("crops", () => {
  it.each(SIZES)("of %i x %i x %i take each part once, and bring gradients back to it", (height, width, channels) => {
    const image = [height, width, channels] as const;
    const [rows, columns] = [Math.ceil(height / 2), Math.ceil(width / 2)];
    const x = Float32Array.from({ length: 3 * height * width * channels }, (_, i) => i + 1);
    const { y, dx } = compute((arena) => {
      const [y, dx] = [arena.output(3 * rows * columns * channels), arena.output(x.length)];
      const words = arena.output(16, Uint32Array);
      const step = stepBlock(arena, keys);
      arena.call("randomCropForward", 3, y, arena.input(x), words, step, purpose, position, ...image, rows, columns);
      arena.call("randomCropBackward", 3, dx, y, words, step, purpose, position, ...image, rows, columns);
      return { y, dx };
    });
    // What was taken out is where it was, and 0 is around it.
    expect(Array.from(y)).toEqual(Array.from(dx.filter((value) => value !== 0)));
    expect(Array.from(dx)).toEqual(Array.from(x, (value) => (y.includes(value) ? value : 0)));
  });
});

describe("affine maps", () => {
  it("are those of the random numbers", () => {
    const units = [0, 1, 2].map((n) => {
      const block = [4 * (keys.firstSample + n), purpose, position, keys.iterations] as const;
      return philox4x32(block, [keys.seed >>> 0, Math.floor(keys.seed / 2 ** 32)]).map(
        (word) => (word >>> 8) / 2 ** 24,
      );
    });
    const maps = compute((arena) => {
      const rest = () => [arena.output(16, Uint32Array), stepBlock(arena, keys), purpose, position] as const;
      const [moved, turned, zoomed, slanted] = [18, 18, 18, 18].map((size) => arena.output(size));
      arena.call("affineTranslation", 3, moved!, ...rest(), 4, 5, -0.5, 0.25, -1, 0.5);
      arena.call("affineRotation", 3, turned!, ...rest(), 4, 5, -0.5, 0.25);
      arena.call("affineZoom", 3, zoomed!, ...rest(), 4, 5, -0.5, 0.25, -0.25, 0.5, 0);
      arena.call("affineShear", 3, slanted!, ...rest(), -0.5, 0.25, -0.25, 0.5);
      return { moved: moved!, turned: turned!, zoomed: zoomed!, slanted: slanted! };
    });
    const expected = (map: (u: readonly number[]) => number[]) => units.flatMap(map);
    const moved = expected(([u, v]) => [1, 0, -5 * (1.5 * v! - 1), 0, 1, -4 * (0.75 * u! - 0.5)]);
    const turned = expected(([u]) => {
      const [c, s] = [Math.cos(2 * Math.PI * (0.75 * u! - 0.5)), Math.sin(2 * Math.PI * (0.75 * u! - 0.5))];
      return [c, -s, 2 - 2 * c + 1.5 * s, s, c, 1.5 - 2 * s - 1.5 * c];
    });
    const zoomed = expected(([u, v]) => {
      const [down, right] = [0.5 + 0.75 * u!, 0.75 + 0.75 * v!];
      return [right, 0, 2 * (1 - right), 0, down, 1.5 * (1 - down)];
    });
    const slanted = expected(([u, v, w]) => {
      const sign = u! > 0.5 ? -1 : 1;
      return [1, sign * (0.75 * w! - 0.5), 0, sign * (0.75 * v! - 0.25), 1, 0];
    });
    const tolerance = { absolute: 1e-6, relative: 1e-6 };
    expectClose(maps.moved, moved, tolerance);
    expectClose(maps.turned, turned, tolerance);
    expectClose(maps.zoomed, zoomed, tolerance);
    expectClose(maps.slanted, slanted, tolerance);
  });
});

describe("a Gaussian of 5 x 3 pixels", () => {
  it("weighs columns and rows, against a plain reference", () => {
    const [height, width] = [4, 7];
    const x = random(8).tensor([height, width]).data;
    const { y } = compute((arena) => {
      const y = arena.output(height * width);
      const room = [arena.output(height * width), arena.output(5), arena.output(16, Uint32Array)] as const;
      const [image, ends] = [[height, width, 1, 5, 3] as const, [1, 1, 0.8, 0.8, -9, 9] as const];
      arena.call(
        "smoothGaussian",
        1,
        y,
        arena.input(Float32Array.from(x)),
        ...room,
        stepBlock(arena, keys),
        4,
        9,
        ...image,
        ...ends,
      );
      return { y };
    });
    const weights = (size: number) => {
      const values = Array.from({ length: size }, (_, k) => Math.exp(-0.5 * ((k - (size - 1) / 2) / 0.8) ** 2));
      return values.map((value) => value / values.reduce((sum, each) => sum + each, 0));
    };
    const [across, down] = [weights(5), weights(3)];
    const expected = x.map((_, place) => {
      let sum = 0;
      for (const [k, a] of down.entries()) {
        for (const [l, b] of across.entries()) {
          const [i, j] = [Math.floor(place / width) + k - 1, (place % width) + l - 2];
          if (i >= 0 && i < height && j >= 0 && j < width) sum += a * b * x[i * width + j]!;
        }
      }
      return sum;
    });
    expectClose(y, expected, tolerances.kernelSum);
  });
});

describe("histograms", () => {
  it.each(SIZES)("of %i x %i x %i write all of their output and no more", (height, width, channels) => {
    const places = height * width;
    const x = random(5).tensor([3, places * channels]).data;
    const { y, z } = compute((arena) => {
      const [y, z] = [arena.output(x.length), arena.output(x.length)];
      const input = arena.input(x);
      arena.call("histogramAutoContrast", 3, y, input, places, channels, -1, 1);
      arena.call("histogramEqualize", 3, z, input, arena.output(7, Uint32Array), places, channels, 7, -1, 1);
      return { y, z };
    });
    expect([...y, ...z].every(Number.isFinite)).toBe(true);
  });
});

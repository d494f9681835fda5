import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { type FromPixelsOptions, fromPixels, layers, type PixelSource, type Pixels, Sequential } from "wasm-cnn";
import { resample } from "../../src/data/resample.js";
import { random } from "../reference/random.js";

/** Bytes that look random, the same everywhere. */
function bytes(count: number, seed = 1): Uint8ClampedArray {
  return Uint8ClampedArray.from(random(seed).tensor([count]).data, (value) => 128 * (value + 1));
}

function picture(height: number, width: number, channels = 4, seed = 1): Pixels {
  return { data: bytes(height * width * channels, seed), width, height };
}

const grey = (width: number, ...data: number[]): Pixels => ({
  data: Uint8Array.from(data),
  width,
  height: data.length / width,
});
const pixelsOf = (source: PixelSource, options?: FromPixelsOptions) => [...fromPixels(source, options).data];

/** How much of input cell j there is in output cell i, as integers over one denominator, straight from the definition. */
function weight(input: number, output: number, i: number, j: number): bigint {
  const [m, n] = [BigInt(input), BigInt(output)];
  const max = (a: bigint, b: bigint) => (a > b ? a : b);
  const min = (a: bigint, b: bigint) => (a < b ? a : b);
  const [I, J] = [BigInt(i), BigInt(j)];
  // Cells i / n .. (i + 1) / n and j / m .. (j + 1) / m of the axis: their overlap, times n * m.
  if (n <= m) return max(0n, min((I + 1n) * m, (J + 1n) * n) - max(I * m, J * n));
  // A tent over the centre of j, at the centre of i, kept between the outermost centres; times 2 * n.
  const centre = min(max((2n * I + 1n) * m - n, 0n), (m - 1n) * 2n * n);
  const distance = centre - J * 2n * n;
  return max(0n, 2n * n - max(distance, -distance));
}

/** One number of the output, from all numbers of one channel of the input. */
function cell(input: readonly bigint[][], [height, width]: readonly [number, number], i: number, j: number) {
  let [sum, total] = [0n, 0n];
  for (const [y, row] of input.entries()) {
    for (const [x, value] of row.entries()) {
      const w = weight(input.length, height, i, y) * weight(row.length, width, j, x);
      sum += w * value;
      total += w;
    }
  }
  return { sum, total };
}

const rounded = (a: bigint, b: bigint) => Number((2n * a + b) / (2n * b));

/** fromPixels as its description says, in exact fractions: slow. */
function reference(
  source: Pixels,
  size: readonly [number, number],
  channels: 1 | 3 | 4,
  background: number[],
): number[] {
  const { data, width, height } = source;
  const bytes = data.length / (width * height);
  const plane = (value: (pixel: bigint[], alpha: bigint) => bigint) =>
    Array.from({ length: height }, (_, y) =>
      Array.from({ length: width }, (_, x) => {
        const at = (y * width + x) * bytes;
        const pixel = [0, 1, 2].map((c) => BigInt(data[bytes === 1 ? at : at + c]!));
        return value(pixel, bytes === 4 ? BigInt(data[at + 3]!) : 255n);
      }),
    );
  const over = (c: number) => (pixel: bigint[], alpha: bigint) =>
    pixel[c]! * alpha + BigInt(background[c]!) * (255n - alpha);
  const luma = (pixel: bigint[], alpha: bigint) =>
    299n * over(0)(pixel, alpha) + 587n * over(1)(pixel, alpha) + 114n * over(2)(pixel, alpha);
  const out: number[] = [];
  const planes = {
    1: [plane(luma)],
    3: [0, 1, 2].map((c) => plane(over(c))),
    4: [...[0, 1, 2].map((c) => plane((pixel, alpha) => pixel[c]! * alpha)), plane((_, alpha) => alpha)],
  }[channels];
  for (let i = 0; i < size[0]; i++) {
    for (let j = 0; j < size[1]; j++) {
      const cells = planes.map((one) => cell(one, size, i, j));
      for (const [c, { sum, total }] of cells.entries()) {
        const alpha = cells[3]?.sum;
        if (alpha !== undefined && c < 3) out.push(alpha === 0n ? 0 : rounded(sum, alpha));
        else out.push(rounded(sum, total * { 1: 255000n, 3: 255n, 4: 1n }[channels]));
      }
    }
  }
  return out;
}

describe("fromPixels", () => {
  it("gives one image of red, green and blue, as large as the source", () => {
    const { data, shape } = fromPixels({ data: Uint8ClampedArray.of(1, 2, 3, 255, 4, 5, 6, 255), width: 2, height: 1 });
    expect(data.constructor).toBe(Uint8Array);
    expect(data).toEqual(Uint8Array.of(1, 2, 3, 4, 5, 6));
    expect(shape).toEqual([1, 1, 2, 3]);
  });

  it("takes 1, 3 or 4 bytes a pixel", () => {
    const three = picture(3, 5, 3);
    const four = { ...three, data: new Uint8Array(60).fill(255) };
    for (let i = 0; i < 15; i++) four.data.set(three.data.subarray(3 * i, 3 * i + 3), 4 * i);
    for (const channels of [1, 3, 4] as const) {
      expect(fromPixels(three, { channels, size: [4, 2] })).toEqual(fromPixels(four, { channels, size: [4, 2] }));
    }
    expect(pixelsOf(three)).toEqual([...three.data]);
    expect(pixelsOf(four, { channels: 4 })).toEqual([...four.data]);
    const one = grey(2, 7, 9);
    expect(pixelsOf(one, { channels: 1 })).toEqual([7, 9]);
    expect(pixelsOf(one)).toEqual([7, 7, 7, 9, 9, 9]);
    expect(pixelsOf(one, { channels: 4 })).toEqual([7, 7, 7, 255, 9, 9, 9, 255]);
  });

  it("weights red, green and blue for grey, halves rounded up", () => {
    const colors = { data: Uint8Array.of(255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255), width: 4, height: 1 };
    // 76.245, 149.685, 29.07, 255
    expect(pixelsOf(colors, { channels: 1 })).toEqual([76, 150, 29, 255]);
    // 30.490 and 30.5.
    expect(pixelsOf({ data: Uint8Array.of(0, 50, 10), width: 1, height: 1 }, { channels: 1 })).toEqual([30]);
    expect(pixelsOf(grey(2, 30, 31), { channels: 1, size: 1 })).toEqual([31]);
  });

  it("takes means where it shrinks", () => {
    expect(pixelsOf(grey(4, 0, 2, 10, 20), { channels: 1, size: [1, 2] })).toEqual([1, 15]);
    // Thirds: (0 + 0 + 90 / 2) / 1.5 = 30, (90 / 2 + 120) / 1.5 = 110.
    expect(pixelsOf(grey(3, 0, 90, 120), { channels: 1, size: [1, 2] })).toEqual([30, 110]);
    expect(pixelsOf(grey(2, 0, 4, 8, 16), { channels: 1, size: 1 })).toEqual([7]);
  });

  it("draws lines between centres where it grows", () => {
    expect(pixelsOf(grey(2, 0, 100), { channels: 1, size: [1, 4] })).toEqual([0, 25, 75, 100]);
    // Centres at 1/6, 3/6, 5/6 of 2 pixels: the ends keep their value, half way between lies 50.
    expect(pixelsOf(grey(2, 0, 100), { channels: 1, size: [2, 3] })).toEqual([0, 50, 100, 0, 50, 100]);
    expect(pixelsOf(grey(1, 9), { channels: 1, size: [2, 3] })).toEqual([9, 9, 9, 9, 9, 9]);
  });

  it("lays what is transparent over the background", () => {
    const half = { data: Uint8Array.of(200, 100, 0, 51, 10, 20, 30, 0), width: 2, height: 1 };
    expect(pixelsOf(half)).toEqual([40, 20, 0, 0, 0, 0]);
    expect(pixelsOf(half, { background: 255 })).toEqual([244, 224, 204, 255, 255, 255]);
    expect(pixelsOf(half, { background: [0, 0, 100] })).toEqual([40, 20, 80, 0, 0, 100]);
    expect(pixelsOf(half, { channels: 1, background: [10, 20, 30] })).toEqual(
      pixelsOf({ data: Uint8Array.of(48, 36, 24, 10, 20, 30), width: 2, height: 1 }, { channels: 1 }),
    );
  });

  it("weights colours by alpha where alpha is kept", () => {
    const source = { data: Uint8Array.of(200, 100, 0, 255, 10, 20, 30, 0, 0, 0, 60, 85), width: 3, height: 1 };
    expect(pixelsOf(source, { channels: 4 })).toEqual([200, 100, 0, 255, 0, 0, 0, 0, 0, 0, 60, 85]);
    expect(pixelsOf(source, { channels: 4, size: 1 })).toEqual([150, 75, 15, 113]);
  });

  const sizes = [1, 2, 3, 5, 8];
  const cases = sizes.flatMap((height, i) => sizes.map((width, j) => ({ height, width, i, j })));
  it.each(cases)("is what its description says, for $height x $width to other sizes", ({ height, width, i, j }) => {
    for (const [k, channels] of ([1, 3, 4] as const).entries()) {
      for (const [rows, columns] of [
        [7, 4],
        [2, 9],
        [height, 3],
      ] as const) {
        const source = picture(height, width, [1, 3, 4][(i + j + k) % 3], 1 + i * 5 + j);
        const background = [...bytes(3, 99 + k)];
        const options = { channels, size: [rows, columns], background } as unknown as FromPixelsOptions;
        expect(pixelsOf(source, options)).toEqual(reference(source, [rows, columns], channels, background));
      }
    }
  });

  it("gives the same bits everywhere", () => {
    const source = picture(97, 131);
    const sha = createHash("sha256");
    for (const channels of [1, 3, 4] as const) {
      for (const size of [28, [224, 60], [97, 131], [300, 301]] as const) {
        sha.update(fromPixels(source, { channels, size, background: [30, 60, 90] }).data);
      }
    }
    expect(sha.digest("hex")).toBe("4ce3a9fc4c939352dff0bb0c698e2520c8361fcda34364f12f6b15e12a6ac422");
  });

  it("keeps what is even even, whatever the size", () => {
    for (const value of [0, 1, 127, 254, 255]) {
      for (const size of [1, 3, 10, 41] as const) {
        const source = { data: new Uint8Array(11 * 7 * 4).fill(value), width: 11, height: 7 };
        for (let i = 3; i < source.data.length; i += 4) source.data[i] = 255;
        for (const channels of [1, 3] as const) {
          expect(new Set(pixelsOf(source, { channels, size }))).toEqual(new Set([value]));
        }
      }
    }
  });

  it("knows neither left nor right, neither up nor down", () => {
    const source = picture(9, 13, 1);
    const turned = { ...source, data: source.data.slice().reverse() };
    for (const size of [4, 13, 20, [20, 4], [3, 30]] as const) {
      const straight = pixelsOf(source, { channels: 1, size });
      expect(pixelsOf(turned, { channels: 1, size }).reverse()).toEqual(straight);
    }
  });

  it("leaves the source as it is", () => {
    const source = picture(6, 6);
    const before = source.data.slice();
    fromPixels(source, { size: 3, background: 200 });
    fromPixels(source, { size: 9, channels: 4 });
    expect(source.data).toEqual(before);
  });

  it("goes into predict", async () => {
    const model = new Sequential([layers.rescaling({ scale: 2, inputShape: [2, 3, 1] }), layers.flatten()]);
    const { data } = await model.predict(fromPixels(grey(3, 1, 2, 3, 4, 5, 6), { channels: 1 }));
    expect([...data]).toEqual([2, 4, 6, 8, 10, 12]);
  });
});

describe("resample", () => {
  it("asks for each row once, in order", () => {
    for (const [height, rows] of [
      [10, 3],
      [3, 10],
      [5, 5],
    ] as const) {
      const asked: number[] = [];
      const row = (y: number) => {
        asked.push(y);
        return Float64Array.of(y, 1);
      };
      const { sums } = resample({ height, width: 2, channels: 1, row }, rows, 1);
      expect(sums).toHaveLength(rows);
      expect(asked).toEqual(Array.from({ length: height }, (_, y) => y));
    }
  });
});

describe("fromPixels is refused", () => {
  it.each([
    ["nothing", undefined, /expected ImageData, .* got undefined/],
    ["a number", 5, /got 5/],
    ["an object", { width: 1, height: 1 }, /got an object with keys width, height/],
    ["numbers that are no bytes", { data: [1], width: 1, height: 1 }, /data that is \[1\]/],
    ["floats", { data: new Float32Array(1), width: 1, height: 1 }, /data that is Float32Array of 4 bytes/],
    ["sizes that are no numbers", { data: new Uint8Array(1), width: "1", height: 1 }, /width: expected an integer/],
  ])("for %s", (_name, source, message) => {
    expect(() => fromPixels(source as never)).toThrow(TypeError);
    expect(() => fromPixels(source as never)).toThrow(message);
  });

  it.each([
    ["no pixels", { data: new Uint8Array(), width: 0, height: 4 }, {}, /width: expected an integer >= 1, got 0/],
    ["too few bytes", { data: new Uint8Array(15), width: 2, height: 2 }, {}, /each of 2 x 2 pixels, got 15 bytes/],
    ["two bytes a pixel", { data: new Uint8Array(8), width: 2, height: 2 }, {}, /4, 3 or 1 bytes .* got 8 bytes/],
    ["channels", grey(1, 1), { channels: 2 }, /channels: expected 1, 3 or 4, got 2/],
    ["a size of 0", grey(1, 1), { size: [0, 1] }, /size: expected an integer >= 1, got 0/],
    ["a size of three", grey(1, 1), { size: [1, 1, 3] }, /size: expected one integer or two, got \[1, 1, 3\]/],
    ["a long side", grey(1, 1), { size: [3e9, 1] }, /size: expected at most 65536 pixels a side .* got 3000000000 x 1/],
    ["gigabytes", grey(1, 1), { size: 2 ** 14 }, /size: expected .* 2\^28 numbers, got 16384 x 16384 pixels of 3/],
    ["a background", grey(1, 1), { background: 256 }, /background: expected an integer from 0 to 255, got 256/],
    ["a background of two", grey(1, 1), { background: [1, 2] }, /background: expected one integer or three/],
  ])("for %s", (_name, source, options, message) => {
    expect(() => fromPixels(source, options as never)).toThrow(RangeError);
    expect(() => fromPixels(source, options as never)).toThrow(message);
  });

  it("for options that are none", () => {
    expect(() => fromPixels(grey(1, 1), { width: 3 } as never)).toThrow(/expected options among size, channels/);
  });
});

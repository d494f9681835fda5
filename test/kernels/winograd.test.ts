import { describe, expect, it } from "vitest";
import { winogradScratch } from "../../src/layers/scratch.js";
import { expectClose } from "../expectClose.js";
import { conv2dForward } from "../reference/conv2d.js";
import { maxPool2dForward } from "../reference/maxPool2d.js";
import { random } from "../reference/random.js";
import { type Tensor, tensor } from "../reference/tensor.js";
import { transform, transforms } from "../reference/winograd.js";
import { tolerances } from "../tolerances.js";
import { integers } from "./data.js";
import { hardNumbers, make } from "./hardNumbers.js";
import { type Arena, type Block, compute, expectEqual, expectSamplesApart, type Numbers } from "./harness.js";
import { roundingBounds } from "./roundingBounds.js";

/** x (n, h, w, c) and a kernel (3, 3, c, filters) in Winograd's form, and what both kernels take after their outputs. */
function operands(arena: Arena, x: Tensor, w: Tensor, b: Tensor | undefined): readonly (Block | number)[] {
  const [, , channels, filters] = w.shape as [number, number, number, number];
  const u = arena.output(16 * channels * filters);
  arena.call("winogradTransformKernel", u, arena.input(w.data), channels, filters);
  const scratch = arena.output(winogradScratch(channels, filters));
  return [arena.input(x.data), u, b ? arena.input(b.data) : 0, scratch];
}

type Operands = [Block | number, Block | number, Block | number, Block | number];

function forward(x: Tensor, w: Tensor, b?: Tensor) {
  const [samples, height, width, channels] = x.shape as [number, number, number, number];
  const filters = w.shape[3]!;
  const sizes = [height, width, channels, height - 2, width - 2, filters] as const;
  return compute((arena) => {
    const y = arena.output(samples * (height - 2) * (width - 2) * filters);
    arena.call("winogradForward", samples, y, ...(operands(arena, x, w, b) as Operands), ...sizes);
    return { y };
  });
}

function maxPoolForward(x: Tensor, w: Tensor, b?: Tensor) {
  const [samples, height, width, channels] = x.shape as [number, number, number, number];
  const filters = w.shape[3]!;
  const [rows, columns] = [Math.floor((height - 2) / 2), Math.floor((width - 2) / 2)];
  const sizes = [height, width, channels, rows, columns, filters] as const;
  const { y, places, alone } = compute((arena) => {
    const y = arena.output(samples * rows * columns * filters);
    const places = arena.output(y.values.length, Int32Array);
    const alone = arena.output(y.values.length);
    const after = [...(operands(arena, x, w, b) as Operands), ...sizes] as const;
    arena.call("winogradMaxPoolForward", samples, y, places, ...after);
    arena.call("winogradMaxPoolForward", samples, alone, 0, ...after);
    return { y, places, alone };
  });
  expect(alone, "the same without places").toEqual(y);
  return { y, places };
}

/** The two layers one after the other, and the pixel of x at the corner of each winner's patch. */
function expectedMaxPool(x: Tensor, w: Tensor, b?: Tensor) {
  const z = conv2dForward({ x, w, ...(b && { b }) });
  const { y, argmax } = maxPool2dForward({ x: z, poolSize: [2, 2] });
  const [, , columns, filters] = z.shape as [number, number, number, number];
  const places = argmax.map((offset) => {
    const position = Math.floor(offset / filters);
    return Math.floor(position / columns) * x.shape[2]! + (position % columns);
  });
  return { y, places };
}

/** Samples, height, width: tiles below, at and above a block of 48, more than two blocks; odd and even outputs. */
const shapes = [
  [0, 4, 4],
  [1, 3, 3],
  [1, 4, 4],
  [2, 5, 4],
  [3, 6, 9],
  [3, 10, 10],
  [4, 3, 6],
  [5, 9, 11],
  [5, 12, 13],
] as const;
const channelsAndFilters = [
  [4, 8],
  [8, 64],
  [12, 16],
  [32, 8],
  [36, 24],
] as const;

const FILTERS = 8;

describe("winograd", () => {
  it.each(channelsAndFilters)("is exact for integers, %i channels to %i filters", (channels, filters) => {
    const source = random(channels);
    for (const [samples, height, width] of shapes) {
      const x = integers(source, [samples, height, width, channels]);
      const w = integers(source, [3, 3, channels, filters]);
      const b = integers(source, [filters]);
      const what = `${samples} samples of ${height} x ${width}`;
      expectEqual(forward(x, w, b).y, conv2dForward({ x, w, b }).data, what);
      const pooled = maxPoolForward(x, w, b);
      const expected = expectedMaxPool(x, w, b);
      expectEqual(pooled.y, expected.y.data, `pooled, ${what}`);
      expectEqual(pooled.places, expected.places, `places, ${what}`);
    }
  });

  it("takes the first of equals", () => {
    const source = random(31);
    const x = integers(source, [2, 8, 8, 4], 1);
    const w = tensor([3, 3, 4, 8]);
    w.data.set(integers(source, [8], 1).data);
    expectEqual(maxPoolForward(x, w).places, expectedMaxPool(x, w).places);
  });

  it("takes no bias as zeros", () => {
    const source = random(32);
    const x = integers(source, [1, 5, 6, 4]);
    const w = integers(source, [3, 3, 4, 8]);
    expectEqual(forward(x, w).y, conv2dForward({ x, w }).data);
    expectEqual(maxPoolForward(x, w).y, expectedMaxPool(x, w).y.data);
  });

  it("is close to the reference for 13 x 13 x 32 to 64", () => {
    const source = random(33);
    const x = source.tensor([2, 13, 13, 32]);
    const w = source.tensor([3, 3, 32, 64]);
    const b = source.tensor([64]);
    expectClose(forward(x, w, b).y, conv2dForward({ x, w, b }).data, tolerances.kernelSum);
    expectClose(maxPoolForward(x, w, b).y, expectedMaxPool(x, w, b).y.data, tolerances.kernelSum);
  });

  it.each(hardNumbers(FILTERS))("keeps to the bound of its rounding errors: $what", ({ first, second }) => {
    for (const channels of [4, 36]) {
      const source = random(channels);
      const x = make(source, source.tensor([2, 9, 12, channels]), first);
      const w = make(source, source.tensor([3, 3, channels, FILTERS]), second);
      const bounds = roundingBounds(x, w);
      const expected = conv2dForward({ x, w }).data;
      for (const [i, value] of forward(x, w).y.entries()) {
        expect(Math.abs(value - expected[i]!), `error of element ${i}`).toBeLessThanOrEqual(bounds[i]!);
      }
    }
  });

  it("pools what it gives without pooling, to the bit", () => {
    const source = random(36);
    for (const size of [
      [4, 4],
      [9, 12],
    ]) {
      const x = source.tensor([3, ...size, 12]);
      const w = source.tensor([3, 3, 12, 16]);
      const b = source.tensor([16]);
      const z = tensor([3, size[0]! - 2, size[1]! - 2, 16], forward(x, w, b).y);
      const { y } = maxPool2dForward({ x: z, poolSize: [2, 2] });
      expect(maxPoolForward(x, w, b).y).toEqual(Float32Array.from(y.data));
    }
  });

  // x[1,3,4] is seen by rows 1 to 3 and columns 2 to 4 of the second sample, and shares tiles with rows 0 to 3 and columns
  // 2 to 5: windows of rows 0 and 1 and columns 1 and 2 behind pooling.
  const unusual = ((8 + 3) * 8 + 4) * 4 + 1;

  it.each([Number.NaN, Infinity, -Infinity])("lets a %f through where it is seen, and to no other tile", (value) => {
    const source = random(34);
    const x = integers(source, [2, 8, 8, 4]);
    x.data[unusual] = value;
    const { y } = forward(x, integers(source, [3, 3, 4, 8]));
    for (const [i, result] of y.entries()) {
      const [sample, row, column] = [Math.floor(i / 288), Math.floor(i / 48) % 6, Math.floor(i / 8) % 6];
      const isSeen = sample === 1 && row >= 1 && row <= 3 && column >= 2 && column <= 4;
      const isNear = sample === 1 && row <= 3 && column >= 2;
      if (isSeen || !isNear) expect(Number.isFinite(result), `element ${i}`).toBe(!isSeen);
    }
  });

  it("lets a NaN through from any place of a tile", () => {
    const source = random(38);
    const w = integers(source, [3, 3, 4, 8]);
    for (let place = 0; place < 16; place++) {
      const x = integers(source, [1, 4, 4, 4]);
      x.data[4 * place] = Number.NaN;
      const { y } = forward(x, w);
      for (const [i, value] of conv2dForward({ x, w }).data.entries()) {
        if (Number.isNaN(value)) expect(y[i], `element ${i} for NaN at ${place}`).toBeNaN();
      }
      expectEqual(maxPoolForward(x, w).y, new Array(8).fill(Number.NaN), `pooled for NaN at ${place}`);
    }
  });

  it("lets a NaN through pooling where it is seen, and to no other window", () => {
    const source = random(34);
    const x = integers(source, [2, 8, 8, 4]);
    x.data[unusual] = Number.NaN;
    const { y } = maxPoolForward(x, integers(source, [3, 3, 4, 8]));
    for (const [i, result] of y.entries()) {
      const [sample, row, column] = [Math.floor(i / 72), Math.floor(i / 24) % 3, Math.floor(i / 8) % 3];
      expect(Number.isNaN(result), `element ${i}`).toBe(sample === 1 && row <= 1 && column >= 1);
    }
  });

  it("gives a sample the same bits at any place", () => {
    const source = random(35);
    // Some samples have their tiles in two blocks.
    const x = source.tensor([5, 9, 12, 4]);
    const w = source.tensor([3, 3, 4, 8]);
    const b = source.tensor([8]);
    const samplesOf = (samples: number, x: Numbers) => tensor([samples, 9, 12, 4], x);
    expectSamplesApart(5, [x.data], (samples, ...[x]: Numbers[]) => forward(samplesOf(samples, x!), w, b));
    expectSamplesApart(5, [x.data], (samples, ...[x]: Numbers[]) => maxPoolForward(samplesOf(samples, x!), w, b));
  });
});

describe("winogradTransformKernel", () => {
  it.each(channelsAndFilters)("gives G g G' in panels of 8, %i channels to %i filters", (channels, filters) => {
    const size = channels * filters;
    const w = integers(random(size), [3, 3, channels, filters], 99);
    const expected = new Float64Array(16 * size);
    for (let c = 0; c < channels; c++) {
      for (let f = 0; f < filters; f++) {
        const u = transform(transforms.kernel, (i, j) => w.data[((3 * i + j) * channels + c) * filters + f]!);
        const place = Math.floor(f / 8) * 8 * channels + c * 8 + (f % 8);
        for (const [i, value] of u.entries()) expected[i * size + place] = value;
      }
    }
    const { u } = compute((arena) => {
      const u = arena.output(16 * size);
      arena.call("winogradTransformKernel", u, arena.input(w.data), channels, filters);
      return { u };
    });
    expectEqual(u, expected);
  });
});

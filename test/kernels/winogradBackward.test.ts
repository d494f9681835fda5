import { describe, expect, it } from "vitest";
import { winogradBackwardScratch, winogradKernelSize, winogradScratch } from "../../src/layers/base/scratch.js";
import { expectClose } from "../expectClose.js";
import { conv2dBackward, conv2dForward } from "../reference/conv2d.js";
import { random } from "../reference/random.js";
import { type Tensor, tensor } from "../reference/tensor.js";
import { tolerances } from "../tolerances.js";
import { integers } from "./data.js";
import { hardNumbers, make } from "./hardNumbers.js";
import { compute, expectEqual, expectSamplesApart, type Numbers } from "./harness.js";
import { backwardKernelRoundingBounds, roundingBounds } from "./roundingBounds.js";
import { callForward } from "./winogradForms.js";

/** The gradient of x with two rows and columns of padding fewer than `padding` says, from dy (n, h, w, filters), in tiles of a size. */
function backwardInput(dy: Tensor, w: Tensor, padding = 0, size: 2 | 4 = 2): Float32Array {
  const [samples, rows, columns, filters] = dy.shape as [number, number, number, number];
  const channels = w.shape[2]!;
  const [height, width] = [rows + 2 - 2 * padding, columns + 2 - 2 * padding];
  return compute((arena) => {
    const u = arena.output(winogradKernelSize(size, channels, filters));
    const kernel = arena.input(w.data);
    if (size === 2) arena.call("winogradTransformKernel", u, kernel, filters, channels, 1);
    else arena.call("winograd4TransformKernel", u, kernel, filters, channels, 1);
    const around = arena.output(samples * (height + 2) * (width + 2) * filters);
    const sizes = [rows, columns, filters, height + 2, width + 2, 2 - padding, 2 - padding] as const;
    arena.call("pad2dForward", samples, around, arena.input(dy.data), ...sizes);
    const dx = arena.output(samples * height * width * channels);
    const scratch = arena.output(winogradScratch(size, filters, channels));
    const dims = [height + 2, width + 2, filters, height, width, channels] as const;
    const tiles = [0, 0, Math.ceil(height / size), Math.ceil(width / size)] as const;
    callForward(arena, size, samples, dx, around, u, 0, scratch, ...dims, ...tiles);
    return { dx };
  }).dx;
}

/** dw + the kernel gradient. */
function backwardKernelAdd(old: Tensor, dy: Tensor, x: Tensor): Float32Array {
  const [samples, height, width, channels] = x.shape as [number, number, number, number];
  const [, rows, columns, filters] = dy.shape as [number, number, number, number];
  return compute((arena) => {
    const dw = arena.inout(old.data);
    const scratch = arena.output(winogradBackwardScratch(channels, filters));
    const dims = [height, width, channels, rows, columns, filters] as const;
    arena.call("winogradBackwardKernelAdd", samples, dw, arena.input(dy.data), arena.input(x.data), scratch, ...dims);
    return { dw };
  }).dw;
}

/** w turned round, its channels and filters exchanged: dx is the convolution of dy between zeros with it. */
function turned(w: Tensor): Tensor {
  const [, , channels, filters] = w.shape as [number, number, number, number];
  const result = tensor([3, 3, filters, channels]);
  for (let tap = 0; tap < 9; tap++) {
    for (let c = 0; c < channels; c++) {
      for (let f = 0; f < filters; f++) {
        result.data[((8 - tap) * filters + f) * channels + c] = w.data[(tap * channels + c) * filters + f]!;
      }
    }
  }
  return result;
}

/** dy with two rows and columns of zeros around. */
function between(dy: Tensor): Tensor {
  const [samples, rows, columns, filters] = dy.shape as [number, number, number, number];
  const result = tensor([samples, rows + 4, columns + 4, filters]);
  for (const [e, value] of dy.data.entries()) {
    const [position, f] = [Math.floor(e / filters), e % filters];
    const [n, i, j] = [
      Math.floor(position / columns / rows),
      Math.floor(position / columns) % rows,
      position % columns,
    ];
    result.data[((n * (rows + 4) + i + 2) * (columns + 4) + j + 2) * filters + f] = value;
  }
  return result;
}

function dataOf(
  [samples, height, width]: readonly [number, number, number],
  [channels, filters]: readonly [number, number],
  of: typeof integers,
) {
  const source = random(100 * channels + filters + height);
  return {
    x: of(source, [samples, height, width, channels]),
    w: of(source, [3, 3, channels, filters]),
    old: of(source, [3, 3, channels, filters]),
    dy: of(source, [samples, height - 2, width - 2, filters]),
  };
}

/** Samples, height, width of x: tiles below, at and above a block of 48, more than two blocks; odd and even outputs. */
const shapes = [
  [0, 4, 4],
  [1, 3, 3],
  [1, 4, 4],
  [2, 5, 4],
  [3, 10, 10],
  [4, 3, 6],
  [5, 9, 11],
  [1, 14, 18],
  [5, 12, 13],
] as const;
const channelsAndFilters = [
  [8, 8],
  [8, 64],
  [16, 24],
  [32, 8],
] as const;
const FILTERS = 8;

describe("winogradBackward", () => {
  it.each(channelsAndFilters)("is exact for integers, both gradients, %i channels and %i filters", (...sizes) => {
    for (const shape of shapes) {
      const { x, w, old, dy } = dataOf(shape, sizes, integers);
      const { dx, dw } = conv2dBackward({ x, w, dy });
      const what = `${shape[0]} samples of ${shape[1]} x ${shape[2]}`;
      expectEqual(backwardInput(dy, w), dx.data, `dx of ${what}`);
      const sum = old.data.map((value, i) => value + dw.data[i]!);
      expectEqual(backwardKernelAdd(old, dy, x), sum, `dw of ${what}`);
    }
  });

  it.each([
    [4, 8],
    [12, 16],
    [36, 24],
  ] as const)("is exact for integers, the kernel gradient, %i channels and %i filters", (...sizes) => {
    const { x, w, old, dy } = dataOf([3, 7, 8], sizes, integers);
    const { dw } = conv2dBackward({ x, w, dy });
    expectEqual(
      backwardKernelAdd(old, dy, x),
      old.data.map((value, i) => value + dw.data[i]!),
    );
  });

  it.each([
    [8, 4],
    [16, 12],
  ] as const)("is exact for integers, the input gradient, %i channels and %i filters", (...sizes) => {
    const { x, w, dy } = dataOf([3, 7, 8], sizes, integers);
    expectEqual(backwardInput(dy, w), conv2dBackward({ x, w, dy }).dx.data);
  });

  it.each(channelsAndFilters)(
    "is close to the input gradient in tiles of 4 x 4, %i channels and %i filters",
    (...sizes) => {
      for (const shape of shapes) {
        const { x, w, dy } = dataOf(shape, sizes, (source, of) => source.tensor(of));
        const dx = backwardInput(dy, w, 0, 4);
        expectClose(dx, conv2dBackward({ x, w, dy }).dx.data, tolerances.kernelSumWinograd, `${shape}`);
      }
    },
  );

  it("gives the gradient of an input without its padding", () => {
    const { x, w, dy } = dataOf([2, 8, 7], [8, 12], integers);
    const { data } = conv2dBackward({ x, w, dy }).dx;
    const inside = Array.from({ length: 2 * 6 * 5 * 8 }, (_, e) => {
      const [n, i, j, c] = [Math.floor(e / 240), Math.floor(e / 40) % 6, Math.floor(e / 8) % 5, e % 8];
      return data[((n * 8 + i + 1) * 7 + j + 1) * 8 + c]!;
    });
    expectEqual(backwardInput(dy, w, 1), inside);
  });

  it("is close to the reference for 13 x 13 x 32 to 64", () => {
    const { x, w, old, dy } = dataOf([2, 13, 13], [32, 64], (source, shape) => source.tensor(shape));
    const { dx, dw } = conv2dBackward({ x, w, dy });
    expectClose(backwardInput(dy, w), dx.data, tolerances.kernelSum, "dx");
    const sum = old.data.map((value, i) => value + dw.data[i]!);
    expectClose(backwardKernelAdd(old, dy, x), sum, tolerances.kernelSum, "dw");
  });

  it.each(hardNumbers(FILTERS))("keeps to the bounds of its rounding errors: $what", ({ first, second }) => {
    for (const channels of [8, 40]) {
      const source = random(channels);
      const x = make(source, source.tensor([2, 9, 12, channels]), first);
      const dyOfX = make(source, source.tensor([2, 7, 10, FILTERS]), second);
      const kernelBounds = backwardKernelRoundingBounds(x, dyOfX, 2 * 4 * 5);
      const { dw } = conv2dBackward({ x, dy: dyOfX, w: tensor([3, 3, channels, FILTERS]) });
      const zeros = tensor([3, 3, channels, FILTERS]);
      for (const [i, value] of backwardKernelAdd(zeros, dyOfX, x).entries()) {
        expect(Math.abs(value - dw.data[i]!), `error of dw ${i}`).toBeLessThanOrEqual(kernelBounds[i]!);
      }
      const dy = make(source, source.tensor([2, 7, 10, FILTERS]), first);
      const w = make(source, source.tensor([3, 3, channels, FILTERS]), second);
      const [around, t] = [between(dy), turned(w)];
      const inputBounds = roundingBounds(around, t);
      const dx = conv2dForward({ x: around, w: t }).data;
      for (const [i, value] of backwardInput(dy, w).entries()) {
        expect(Math.abs(value - dx[i]!), `error of dx ${i}`).toBeLessThanOrEqual(inputBounds[i]!);
      }
    }
  });

  it.each([Number.NaN, Infinity])("passes a %f in dy on to its filter, and one in x to its channel", (value) => {
    const { x, dy } = dataOf([2, 7, 8], [8, 16], integers);
    const zeros = tensor([3, 3, 8, 16]);
    const changedDy = tensor(dy.shape, dy.data.with(dy.data.length - 30, value));
    for (const [i, result] of backwardKernelAdd(zeros, changedDy, x).entries()) {
      expect(Number.isFinite(result), `dw ${i}`).toBe(i % 16 !== 2);
    }
    const changedX = tensor(x.shape, x.data.with(x.data.length - 8 * 20 - 5, value));
    for (const [i, result] of backwardKernelAdd(zeros, dy, changedX).entries()) {
      const isSeen = Math.floor(i / 16) % 8 === 3;
      if (!isSeen) expect(Number.isFinite(result), `dw ${i}`).toBe(true);
    }
  });

  it("gives a sample's input gradient the same bits at any place", () => {
    const { w, dy } = dataOf([5, 9, 12], [8, 12], (source, shape) => source.tensor(shape));
    const [, ...shape] = dy.shape;
    expectSamplesApart(5, [dy.data], (samples, ...[dy]: Numbers[]) => ({
      dx: backwardInput(tensor([samples, ...shape], dy!), w),
    }));
  });
});

describe("the transform of kernels that are turned round", () => {
  it.each(channelsAndFilters)(
    "is that of the turned kernels, to the bit, %i channels and %i filters",
    (channels, filters) => {
      const w = random(channels * filters).tensor([3, 3, channels, filters]);
      const results = compute((arena) => {
        const outputs = (size: 2 | 4) => arena.output(winogradKernelSize(size, filters, channels));
        const [u2, straight2, u4, straight4] = [outputs(2), outputs(2), outputs(4), outputs(4)];
        const [given, around] = [arena.input(w.data), arena.input(turned(w).data)];
        arena.call("winogradTransformKernel", u2, given, filters, channels, 1);
        arena.call("winogradTransformKernel", straight2, around, filters, channels, 0);
        arena.call("winograd4TransformKernel", u4, given, filters, channels, 1);
        arena.call("winograd4TransformKernel", straight4, around, filters, channels, 0);
        return { u2, straight2, u4, straight4 };
      });
      expectEqual(results.u2, results.straight2);
      expectEqual(results.u4, results.straight4);
    },
  );
});

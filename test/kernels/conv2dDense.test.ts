import { describe, expect, it } from "vitest";
import { productScratch } from "../../src/layers/base/scratch.js";
import { expectClose } from "../expectClose.js";
import { conv2dBackward } from "../reference/conv2d.js";
import { random } from "../reference/random.js";
import { sizeOf, type Tensor, tensor } from "../reference/tensor.js";
import { tolerances } from "../tolerances.js";
import { type Convolution, shapesOf } from "./convolution.js";
import { channelCounts, integers, sparse } from "./data.js";
import { compute, expectEqual, expectSamplesApart, type Numbers } from "./harness.js";

/** dw + the kernel gradient. */
function backwardKernelAdd(layer: Convolution, old: Tensor, dy: Tensor, x: Tensor): Float32Array {
  const { y, input, window } = shapesOf(layer);
  const [samples, rows, columns, filters] = y;
  return compute((arena) => {
    const dw = arena.inout(old.data);
    const scratch = arena.output(64 * (5 + 8 * Math.ceil(filters / 8)));
    const pointers = [dw, arena.input(dy.data), arena.input(x.data), scratch] as const;
    arena.call("conv2dDenseBackwardKernelAdd", samples, ...pointers, ...input, rows, columns, filters, ...window);
    return { dw };
  }).dw;
}

/** The gradient of an input without `before` and `after` rows and columns of padding, for strides of 1. */
function backwardInput(layer: Convolution, dy: Tensor, w: Tensor, before = 0, after = 0): Float32Array {
  const { kernel, channels, filters, samples } = layer;
  const [, rows, columns] = dy.shape as [number, number, number, number];
  const wanted = layer.size.map((size) => size - before - after) as [number, number];
  const around = [wanted[0] + kernel[0] - 1, wanted[1] + kernel[1] - 1] as const;
  const top = [kernel[0] - 1 - before, kernel[1] - 1 - before] as const;
  return compute((arena) => {
    const panels = arena.output(sizeOf(kernel) * filters * 8 * Math.ceil(channels / 8));
    arena.call("conv2dDensePackTurned", panels, arena.input(w.data), ...kernel, channels, filters);
    const padded = arena.output(samples * sizeOf(around) * filters);
    arena.call("pad2dForward", samples, padded, arena.input(dy.data), rows, columns, filters, ...around, ...top);
    const dx = arena.output(samples * sizeOf(wanted) * channels);
    const sizes = [...around, filters, ...wanted, channels, ...kernel] as const;
    const scratch = arena.output(productScratch(sizeOf(kernel) * filters));
    arena.call("conv2dForward", samples, dx, padded, panels, 0, scratch, ...sizes, 1, 1, -Infinity, Infinity);
    return { dx };
  }).dx;
}

function dataOf(layer: Convolution, make: typeof integers) {
  const source = random(layer.channels * 100 + layer.filters);
  const { x, w, y } = shapesOf(layer);
  return { x: make(source, x), w: make(source, w), dy: make(source, y), old: make(source, w) };
}

function sumOf(old: Tensor, dw: Tensor): Float64Array {
  return old.data.map((value, i) => value + dw.data[i]!);
}

/** Both gradients on integers, for which they are exact. */
function expectExact(layer: Convolution): void {
  const { x, w, dy, old } = dataOf(layer, integers);
  const { strides = [1, 1] } = layer;
  const { dx, dw } = conv2dBackward({ dy, x, w, strides });
  const what = JSON.stringify(layer);
  expectEqual(backwardKernelAdd(layer, old, dy, x), sumOf(old, dw), `dw of ${what}`);
  if (Math.max(...strides) === 1) expectEqual(backwardInput(layer, dy, w), dx.data, `dx of ${what}`);
}

const windows: Pick<Convolution, "kernel" | "strides">[] = [
  { kernel: [1, 1] },
  { kernel: [1, 1], strides: [2, 3] },
  { kernel: [3, 3] },
  { kernel: [3, 3], strides: [2, 2] },
  { kernel: [5, 5] },
  { kernel: [5, 4], strides: [2, 1] },
  { kernel: [2, 3] },
];

describe("conv2dDense", () => {
  it.each(windows)("is exact for integers, both gradients, any channels and filters: %j", (window) => {
    const { kernel, strides = [1, 1] } = window;
    for (const [i, channels] of channelCounts.entries()) {
      const filters = channelCounts[(5 * i + 3) % channelCounts.length]!;
      const axis = (d: 0 | 1) => kernel[d] + strides[d] * ((i + d) % 3) + (i % 2) * (strides[d] - 1);
      expectExact({ ...window, size: [axis(0), axis(1)], channels, filters, samples: 1 + (i % 5) });
    }
  });

  it.each([1, 62, 63, 64, 65, 127, 128, 129, 150])("is exact for %i positions in blocks of 64", (columns) => {
    expectExact({ size: [1, columns], kernel: [1, 1], channels: 5, filters: 9, samples: 1 });
    expectExact({ size: [3, columns + 2], kernel: [3, 3], channels: 4, filters: 8, samples: 1 });
  });

  it.each([0, 1, 2, 3, 4, 5])("is exact for %i samples, whose blocks meet", (samples) => {
    expectExact({ size: [6, 9], kernel: [3, 2], channels: 3, filters: 11, samples });
  });

  it("gives the gradient of an input without its padding", () => {
    for (const [before, after] of [
      [1, 1],
      [0, 1],
      [2, 2],
    ] as const) {
      const kernel = before + after + 1;
      const size = [6 + before + after, 5 + before + after] as const;
      const layer: Convolution = { size, kernel: [kernel, kernel], channels: 5, filters: 3, samples: 2 };
      const { x, w, dy } = dataOf(layer, integers);
      const { data } = conv2dBackward({ dy, x, w }).dx;
      const inside = Array.from({ length: 2 * 6 * 5 * 5 }, (_, e) => {
        const [n, i, j, c] = [Math.floor(e / 150), Math.floor(e / 25) % 6, Math.floor(e / 5) % 5, e % 5];
        return data[((n * size[0] + i + before) * size[1] + j + before) * 5 + c]!;
      });
      expectEqual(backwardInput(layer, dy, w, before, after), inside, `${before} before, ${after} after`);
    }
  });

  it.each([
    { size: [28, 28], kernel: [3, 3], channels: 1, filters: 32, samples: 2 },
    { size: [14, 14], kernel: [1, 1], channels: 64, filters: 40, samples: 2 },
    { size: [8, 8], kernel: [5, 5], channels: 6, filters: 16, samples: 3 },
  ] satisfies Convolution[])("is close to the reference, both gradients: %j", (layer) => {
    const { x, w, dy, old } = dataOf(layer, (source, shape) => source.tensor(shape));
    const { dx, dw } = conv2dBackward({ dy, x, w });
    expectClose(backwardKernelAdd(layer, old, dy, x), sumOf(old, dw), tolerances.kernelSum, "dw");
    expectClose(backwardInput(layer, dy, w), dx.data, tolerances.kernelSum, "dx");
  });

  it.each([Number.NaN, Infinity])("passes a %f in dy on to all that it meets, to nothing else", (value) => {
    const layer: Convolution = { size: [4, 5], kernel: [3, 3], channels: 5, filters: 18, samples: 2 };
    const { x, w, dy } = dataOf(layer, integers);
    const zeros = tensor(w.shape);
    for (let filter = 0; filter < 18; filter++) {
      const changed = tensor(dy.shape, dy.data.with(dy.data.length - 36 + filter, value));
      const { dw } = conv2dBackward({ dy: changed, x, w });
      expectEqual(backwardKernelAdd(layer, zeros, changed, x), dw.data, `dw, filter ${filter}`);
    }
  });

  it("gives the gradients that skip zeros, too", () => {
    const layer: Convolution = { size: [9, 8], kernel: [3, 3], channels: 6, filters: 10, samples: 3 };
    const { x, w, dy, old } = dataOf(layer, integers);
    const half = sparse(random(5), dy, 0.5);
    const { dw } = conv2dBackward({ dy: half, x, w });
    expectEqual(backwardKernelAdd(layer, old, half, x), sumOf(old, dw));
    expect(half.data.some((value) => value === 0)).toBe(true);
  });

  it("gives a sample's input gradient the same bits at any place", () => {
    const layer: Convolution = { size: [5, 4], kernel: [3, 3], channels: 9, filters: 13, samples: 5 };
    const { w, dy } = dataOf(layer, (source, shape) => source.tensor(shape));
    const [, ...shape] = dy.shape;
    expectSamplesApart(5, [dy.data], (samples, ...[dy]: Numbers[]) => ({
      dx: backwardInput({ ...layer, samples }, tensor([samples, ...shape], dy!), w),
    }));
  });
});

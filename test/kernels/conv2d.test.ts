import { describe, expect, it } from "vitest";
import { expectClose } from "../expectClose.js";
import { conv2dBackward, conv2dForward } from "../reference/conv2d.js";
import { random } from "../reference/random.js";
import { tensor } from "../reference/tensor.js";
import { tolerances } from "../tolerances.js";
import { backwardInput, backwardKernelAdd, type Convolution, forward, shapesOf } from "./convolution.js";
import { channelCounts, integers, sparse } from "./data.js";
import { compute, expectEqual, expectSamplesApart, type Numbers } from "./harness.js";

/** Random x, w, b, dy (with a share of `zeros`) and an old dw, made by integers or by source.tensor. */
function dataOf(layer: Convolution, zeros: number, make: typeof integers) {
  const source = random(layer.channels * 100 + layer.filters);
  const { x, w, y } = shapesOf(layer);
  return {
    x: make(source, x),
    w: make(source, w),
    b: make(source, [layer.filters]),
    dy: sparse(source, make(source, y), zeros),
    old: make(source, w),
    outSize: [y[1], y[2]] as const,
  };
}

/** All three kernels on integers, for which they are exact. */
function expectExact(layer: Convolution, zeros: number): void {
  const { x, w, b, dy, old, outSize } = dataOf(layer, zeros, integers);
  const { strides = [1, 1] } = layer;
  const { dx, dw } = conv2dBackward({ dy, x, w, strides });
  const what = JSON.stringify(layer);
  expectEqual(forward(layer, x.data, w.data, b.data).y, conv2dForward({ x, w, b, strides }).data, `y of ${what}`);
  const sum = old.data.map((value, i) => value + dw.data[i]!);
  const gradient = { dy: dy.data, outSize };
  expectEqual(backwardKernelAdd(layer, old.data, gradient, x.data).dw, sum, `dw of ${what}`);
  expectEqual(backwardInput(layer, gradient, w.data).dx, dx.data, `dx of ${what}`);
}

const windows: Pick<Convolution, "kernel" | "strides">[] = [
  { kernel: [1, 1], strides: [1, 1] },
  { kernel: [1, 1], strides: [2, 3] },
  { kernel: [3, 3], strides: [1, 1] },
  { kernel: [3, 3], strides: [2, 2] },
  { kernel: [3, 3], strides: [3, 1] },
  { kernel: [5, 5], strides: [1, 1] },
  { kernel: [5, 5], strides: [2, 1] },
  { kernel: [2, 3], strides: [1, 1] },
  { kernel: [2, 3], strides: [1, 2] },
];

describe("conv2d", () => {
  it.each(windows)("is exact for integers, both passes, any channels and filters: %j", (window) => {
    const { kernel, strides = [1, 1] } = window;
    for (const [i, channels] of channelCounts.entries()) {
      // 5 is prime to the length of channelCounts: each window meets every number of filters once.
      const filters = channelCounts[(5 * i + 3) % channelCounts.length]!;
      // 1 to 3 outputs an axis; every other input has rows and columns that no window reaches.
      const axis = (d: 0 | 1) => kernel[d] + strides[d] * ((i + d) % 3) + (i % 2) * (strides[d] - 1);
      expectExact(
        { ...window, size: [axis(0), axis(1)], channels, filters, samples: 1 + (i % 5) },
        [0, 0.75, 0.95][i % 3]!,
      );
    }
  });

  it.each([47, 48, 49, 51, 52, 53, 95, 96, 97, 100])("is exact for rows of %i floats in pieces of 48", (channels) => {
    expectExact({ size: [3, 2], kernel: [2, 1], channels, filters: 3, samples: 2 }, 0);
    expectExact({ size: [3, 2], kernel: [2, 1], channels, filters: 9, samples: 2 }, 0.75);
  });

  it.each([7, 8, 9, 15, 16, 17, 23, 24, 25, 31, 33])("is exact for %i filters in groups of 8 and 16", (filters) => {
    for (const zeros of [0, 0.75, 0.95]) {
      expectExact({ size: [5, 4], kernel: [3, 3], channels: 6, filters, samples: 3 }, zeros);
    }
  });

  it.each([0, 1, 2, 3, 4, 5])("is exact for %i samples", (samples) => {
    expectExact({ size: [4, 5], kernel: [3, 3], channels: 5, filters: 11, samples }, 0);
    expectExact({ size: [4, 5], kernel: [3, 3], channels: 5, filters: 11, samples }, 0.75);
  });

  it("adds nothing to dw and gives dx = 0 where dy is 0", () => {
    expectExact({ size: [6, 5], kernel: [3, 3], channels: 17, filters: 13, samples: 2 }, 1);
  });

  it("takes no bias as zeros", () => {
    const layer: Convolution = { size: [4, 5], kernel: [2, 3], channels: 3, filters: 10, samples: 2 };
    const { x, w } = dataOf(layer, 0, integers);
    expectEqual(forward(layer, x.data, w.data).y, conv2dForward({ x, w }).data);
  });

  it.each([
    { size: [28, 28], kernel: [3, 3], channels: 1, filters: 32, samples: 1 },
    { size: [13, 13], kernel: [3, 3], channels: 32, filters: 64, samples: 2 },
    { size: [5, 5], kernel: [3, 3], channels: 64, filters: 64, samples: 3 },
  ] satisfies Convolution[])("is close to the reference, both passes: %j", (layer) => {
    const { x, w, b, dy, old, outSize } = dataOf(layer, 0.8, (source, shape) => source.tensor(shape));
    const { dx, dw } = conv2dBackward({ dy, x, w });
    expectClose(forward(layer, x.data, w.data, b.data).y, conv2dForward({ x, w, b }).data, tolerances.kernelSum, "y");
    const sum = old.data.map((value, i) => value + dw.data[i]!);
    const gradient = { dy: dy.data, outSize };
    expectClose(backwardKernelAdd(layer, old.data, gradient, x.data).dw, sum, tolerances.kernelSum, "dw");
    expectClose(backwardInput(layer, gradient, w.data).dx, dx.data, tolerances.kernelSum, "dx");
  });

  it.each([Number.NaN, Infinity, -Infinity])("passes a %f in dy on to all that it meets, to nothing else", (value) => {
    const layer: Convolution = { size: [4, 5], kernel: [3, 3], channels: 5, filters: 18, samples: 2 };
    const { x, w, dy, outSize } = dataOf(layer, 0.75, integers);
    for (let filter = 0; filter < 18; filter++) {
      const changed = tensor(dy.shape, dy.data.with(dy.data.length - 36 + filter, value));
      const { dx, dw } = conv2dBackward({ dy: changed, x, w });
      expect(dx.data.every(Number.isFinite)).toBe(false);
      const gradient = { dy: changed.data, outSize };
      const old = new Float32Array(dw.data.length);
      expectEqual(backwardKernelAdd(layer, old, gradient, x.data).dw, dw.data, `dw, filter ${filter}`);
      expectEqual(backwardInput(layer, gradient, w.data).dx, dx.data, `dx, filter ${filter}`);
    }
  });

  it("passes NaN and infinities in x on to the outputs that see them", () => {
    const layer: Convolution = { size: [5, 6], kernel: [3, 3], channels: 5, filters: 9, samples: 2 };
    const { x, w } = dataOf(layer, 0, integers);
    x.data[3] = Number.NaN;
    x.data[x.data.length - 1] = Infinity;
    expectEqual(forward(layer, x.data, w.data).y, conv2dForward({ x, w }).data);
  });

  it("gives dw the same bits for any group of samples that are listed together", () => {
    const layer: Convolution = { size: [5, 6], kernel: [3, 3], channels: 17, filters: 13, samples: 5 };
    const { x, dy, old, outSize } = dataOf(layer, 0.75, (source, shape) => source.tensor(shape));
    const gradient = { dy: dy.data, outSize };
    const { dw } = backwardKernelAdd(layer, old.data, gradient, x.data, 1);
    for (const group of [2, 3, 4, 5, 8]) {
      expectEqual(backwardKernelAdd(layer, old.data, gradient, x.data, group).dw, dw, `group of ${group}`);
    }
  });

  it.each([3, 17])("gives a sample the same bits at any place, both passes, %i channels", (channels) => {
    const layer: Convolution = { size: [5, 4], kernel: [3, 3], channels, filters: 13, samples: 5 };
    const { x, w, b, dy, outSize } = dataOf(layer, 0.75, (source, shape) => source.tensor(shape));
    expectSamplesApart(5, [x.data], (samples, ...[x]: Numbers[]) => forward({ ...layer, samples }, x!, w.data, b.data));
    expectSamplesApart(5, [dy.data], (samples, ...[dy]: Numbers[]) =>
      backwardInput({ ...layer, samples }, { dy: dy!, outSize }, w.data),
    );
  });
});

describe("conv2dTransposeKernel", () => {
  it.each([1, 3, 4, 5, 8, 13])("brings each filter's rows of %i floats together, filled up with zeros", (run) => {
    const padded = Array.from({ length: Math.ceil(run / 4) * 4 }, (_, r) => r);
    for (const filters of [1, 2, 9]) {
      const w = integers(random(17), [2, run, filters], 99);
      const row = (f: number, a: number) => padded.map((r) => (r < run ? w.data[(a * run + r) * filters + f]! : 0));
      const expected = Array.from({ length: filters }, (_, f) => [...row(f, 0), ...row(f, 1)]).flat();
      const { t } = compute((arena) => {
        const t = arena.output(expected.length);
        arena.call("conv2dTransposeKernel", t, arena.input(w.data), 2, run, filters);
        return { t };
      });
      expectEqual(t, expected, `${filters} filters`);
    }
  });
});

import { describe, expect, it } from "vitest";
import { productScratch } from "../../src/layers/base/scratch.js";
import { expectClose } from "../expectClose.js";
import { type Conv2dOptions, conv2dBackward, conv2dForward } from "../reference/conv2d.js";
import { padAxis } from "../reference/padding.js";
import { random } from "../reference/random.js";
import { type Tensor, tensor } from "../reference/tensor.js";
import { tolerances } from "../tolerances.js";
import { channelCounts, integers } from "./data.js";
import { compute, expectEqual, expectSamplesApart, type Numbers } from "./harness.js";
import { pack, packTransposed } from "./panels.js";

type Pair = readonly [number, number];

interface Window extends Conv2dOptions {
  readonly size: Pair;
  readonly kernel: Pair;
}

/** Sizes of the patches of x (h, w, channels): `positions` rows of `k` numbers a sample, and the kernels' arguments. */
function patches({ size, kernel, strides = [1, 1], dilation = [1, 1], padding = "valid" }: Window, channels: number) {
  const rows = padAxis(size[0], kernel[0], strides[0], dilation[0], padding);
  const columns = padAxis(size[1], kernel[1], strides[1], dilation[1], padding);
  const dimensions = [...size, channels, rows.outSize, columns.outSize, ...kernel] as const;
  const steps = [...strides, ...dilation, rows.before, columns.before] as const;
  const positions = rows.outSize * columns.outSize;
  return { dimensions, steps, positions, k: kernel[0] * kernel[1] * channels };
}

/** Convolution as the general path does it: patches, then a product. */
function forward(window: Window, x: Tensor, w: Tensor, b: Tensor) {
  const [samples, , , channels] = x.shape as [number, number, number, number];
  const { dimensions, steps, positions, k } = patches(window, channels);
  const filters = b.data.length;
  return compute((arena) => {
    const columns = arena.output(samples * positions * k);
    arena.call("im2colForward", samples, columns, arena.input(x.data), ...dimensions, ...steps);
    const y = arena.output(samples * positions * filters);
    const panels = pack(arena, w.data, k, filters);
    arena.call(
      "gemmNN",
      samples,
      y,
      columns,
      panels,
      arena.input(b.data),
      arena.output(productScratch(k)),
      positions,
      k,
      filters,
    );
    return { y, columns };
  });
}

/** Its backward pass: dw from the patches, dx from the patches' gradient. */
function backward(window: Window, dy: Tensor, x: Tensor, w: Tensor, columns: ArrayLike<number>) {
  const [samples, , , channels] = x.shape as [number, number, number, number];
  const { dimensions, steps, positions, k } = patches(window, channels);
  const filters = w.shape[3]!;
  return compute((arena) => {
    const gradient = arena.input(dy.data);
    const dw = arena.inout(new Float32Array(w.data.length));
    arena.call("gemmTNAdd", samples, dw, arena.input(columns), gradient, positions, k, filters);
    const dcolumns = arena.output(samples * positions * k);
    const transposed = packTransposed(arena, w.data, filters, k);
    arena.call(
      "gemmNN",
      samples,
      dcolumns,
      gradient,
      transposed,
      0,
      arena.output(productScratch(filters)),
      positions,
      filters,
      k,
    );
    const dx = arena.output(x.data.length);
    arena.call("im2colBackward", samples, dx, dcolumns, ...dimensions, ...steps);
    return { dx, dw };
  });
}

const windows: Window[] = [
  { size: [3, 4], kernel: [1, 1] },
  { size: [5, 4], kernel: [3, 3] },
  { size: [5, 4], kernel: [3, 3], padding: "same" },
  { size: [4, 5], kernel: [2, 3], padding: "same" },
  { size: [6, 7], kernel: [5, 5] },
  { size: [2, 3], kernel: [5, 5], padding: "same" },
  { size: [7, 6], kernel: [3, 3], strides: [2, 2] },
  { size: [7, 6], kernel: [3, 3], strides: [2, 2], padding: "same" },
  { size: [5, 8], kernel: [2, 3], strides: [1, 2], padding: "same" },
  { size: [8, 7], kernel: [1, 1], strides: [3, 2], padding: "same" },
  { size: [7, 8], kernel: [3, 3], dilation: [2, 2] },
  { size: [6, 7], kernel: [3, 2], dilation: [2, 3], padding: "same" },
  { size: [9, 8], kernel: [3, 2], strides: [2, 3], dilation: [2, 1], padding: "same" },
];

describe("im2col", () => {
  it.each(windows)("with a product is the reference's convolution, both passes: %j", ({ size, kernel, ...options }) => {
    for (const [i, channels] of channelCounts.entries()) {
      const source = random(channels);
      const filters = channelCounts[(5 * i + 3) % channelCounts.length]!;
      const x = integers(source, [i % 4, ...size, channels]);
      const w = integers(source, [...kernel, channels, filters]);
      const b = integers(source, [filters]);
      const what = `${i % 4} samples, ${channels} channels, ${filters} filters`;
      const expected = conv2dForward({ x, w, b, ...options });
      const { y, columns } = forward({ size, kernel, ...options }, x, w, b);
      expectEqual(y, expected.data, `y, ${what}`);
      const dy = integers(source, expected.shape);
      const gradients = conv2dBackward({ dy, x, w, ...options });
      const { dx, dw } = backward({ size, kernel, ...options }, dy, x, w, columns);
      expectEqual(dx, gradients.dx.data, `dx, ${what}`);
      expectEqual(dw, gradients.dw.data, `dw, ${what}`);
    }
  });

  it("puts zeros where a patch leaves the input", () => {
    const window = { size: [2, 2], kernel: [2, 2], padding: "same" } as const;
    const { dimensions, steps } = patches(window, 1);
    const { columns } = compute((arena) => {
      const columns = arena.output(16);
      arena.call("im2colForward", 1, columns, arena.input([1, 2, 3, 4]), ...dimensions, ...steps);
      return { columns };
    });
    expect([...columns]).toEqual([1, 2, 3, 4, 2, 0, 4, 0, 3, 4, 0, 0, 4, 0, 0, 0]);
  });

  it("gives a sample the same bits at any place, both passes", () => {
    const window = { size: [4, 5], kernel: [3, 3], padding: "same" } as const;
    const source = random(19);
    const { dimensions, steps, positions, k } = patches(window, 5);
    const x = source.tensor([5, 4, 5, 5]);
    expectSamplesApart(5, [x.data], (samples, ...[x]: Numbers[]) =>
      compute((arena) => {
        const columns = arena.output(samples * positions * k);
        arena.call("im2colForward", samples, columns, arena.input(x!), ...dimensions, ...steps);
        return { columns };
      }),
    );
    const dcolumns = source.tensor([5, positions, k]);
    expectSamplesApart(5, [dcolumns.data], (samples, ...[dcolumns]: Numbers[]) =>
      compute((arena) => {
        const dx = arena.output(samples * 100);
        arena.call("im2colBackward", samples, dx, arena.input(dcolumns!), ...dimensions, ...steps);
        return { dx };
      }),
    );
  });

  it.each([1, 4, 7])("goes back on top of a bias of %i channels", (channels) => {
    const dimensions = [4, 5, channels, 2, 3, 3, 2, 2, 2, 1, 1, 1, 0] as const;
    const source = random(channels);
    const dcolumns = source.tensor([2, 6, 6 * channels]).data;
    const bias = source.tensor([channels]).data;
    const { dx, y } = compute((arena) => {
      const [dx, y] = [arena.output(40 * channels), arena.output(40 * channels)];
      arena.call("im2colBackward", 2, dx, arena.input(dcolumns), ...dimensions);
      arena.call("im2colBackwardBias", 2, y, arena.input(dcolumns), arena.input(bias), ...dimensions);
      return { dx, y };
    });
    expectClose(
      y,
      Float64Array.from(dx, (value, i) => value + bias[i % channels]!),
      tolerances.kernel,
      "y",
    );
  });

  it("passes NaN and infinities on", () => {
    const window = { size: [3, 3], kernel: [2, 2] } as const;
    const x = tensor([1, 3, 3, 1], [Number.NaN, 1, 1, 1, 1, 1, 1, 1, Infinity]);
    const w = tensor([2, 2, 1, 1], [1, 2, 3, 4]);
    expect([...forward(window, x, w, tensor([1])).y]).toEqual([Number.NaN, 10, 10, Infinity]);
    const dy = tensor([1, 2, 2, 1], [Number.NaN, 0, 0, -Infinity]);
    const { dx } = backward(window, dy, tensor([1, 3, 3, 1]), w, new Float32Array(16));
    const none = Number.NaN;
    expect([...dx]).toEqual([none, none, 0, none, none, -Infinity, 0, -Infinity, -Infinity]);
  });
});

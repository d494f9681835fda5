import { describe, expect, it } from "vitest";
import { expectClose } from "../expectClose.js";
import { conv2dBackward, conv2dForward, conv2dOutputShape } from "../reference/conv2d.js";
import { random } from "../reference/random.js";
import { type Tensor, tensor } from "../reference/tensor.js";
import { tolerances } from "../tolerances.js";
import { channelCounts, integers, sparse } from "./data.js";
import { compute, expectEqual, expectSamplesApart, type Numbers } from "./harness.js";
import { pack } from "./panels.js";

type Pair = readonly [number, number];

/** The layer without its data: a direct convolution knows no padding and no dilation. */
interface Case {
  readonly size: Pair;
  readonly kernel: Pair;
  readonly strides?: Pair;
  readonly channels: number;
  readonly filters: number;
  readonly samples: number;
}

function shapes({ size, kernel, channels, filters, samples, strides = [1, 1] }: Case) {
  const x = [samples, ...size, channels];
  const w = [...kernel, channels, filters];
  const y = conv2dOutputShape({ x: tensor(x), w: tensor(w), strides });
  const dimensions = [...size, channels, y[1], y[2], filters, ...kernel, ...strides] as const;
  return { x, w, y, dimensions, run: kernel[1] * channels, positions: y[1] * y[2] };
}

function forward(layer: Case, x: ArrayLike<number>, w: ArrayLike<number>, b?: ArrayLike<number>) {
  const { dimensions, run, y: yShape } = shapes(layer);
  return compute((arena) => {
    const y = arena.output(tensor(yShape).data.length);
    const panels = pack(arena, w, layer.kernel[0] * run, layer.filters);
    arena.call("conv2dForward", layer.samples, y, arena.input(x), panels, b ? arena.input(b) : 0, ...dimensions);
    return { y };
  });
}

/** Floats of one filter's rows of kw * channels, each filled up to whole vectors. */
function paddedPatch({ kernel, channels }: Case): number {
  return kernel[0] * Math.ceil((kernel[1] * channels) / 4) * 4;
}

function backwardKernelAdd(
  layer: Case,
  old: ArrayLike<number>,
  dy: ArrayLike<number>,
  x: ArrayLike<number>,
  group = 2,
) {
  const { dimensions, positions } = shapes(layer);
  return compute((arena) => {
    const dw = arena.inout(old);
    const scratch = arena.output(layer.filters * (paddedPatch(layer) + 1 + 2 * group * positions));
    const pointers = [dw, arena.input(dy), 0, arena.input(x), scratch] as const;
    arena.call("conv2dBackwardKernelAdd", layer.samples, ...pointers, group, ...dimensions);
    return { dw };
  });
}

function backwardInput(layer: Case, dy: ArrayLike<number>, w: ArrayLike<number>) {
  const { dimensions, run, x } = shapes(layer);
  const { filters, kernel, samples } = layer;
  return compute((arena) => {
    const transposed = arena.output(filters * paddedPatch(layer));
    arena.call("conv2dTransposeKernel", transposed, arena.input(w), kernel[0], run, filters);
    const dx = arena.output(tensor(x).data.length);
    const scratch = arena.output(layer.size[0] * layer.size[1] * (1 + 2 * filters));
    arena.call("conv2dBackwardInput", samples, dx, arena.input(dy), 0, transposed, scratch, ...dimensions);
    return { dx };
  });
}

/** All three kernels on integers, for which they are exact; `zeros` is the share of dy that is 0. */
function expectExact(layer: Case, zeros: number): void {
  const source = random(layer.channels * 100 + layer.filters);
  const { x: xShape, w: wShape, y: yShape } = shapes(layer);
  const { strides = [1, 1] } = layer;
  const [x, w] = [integers(source, xShape), integers(source, wShape)];
  const [b, old] = [integers(source, [layer.filters]), integers(source, wShape)];
  const dy = sparse(source, integers(source, yShape), zeros);
  const { dx, dw } = conv2dBackward({ dy, x, w, strides });
  const what = JSON.stringify(layer);
  expectEqual(forward(layer, x.data, w.data, b.data).y, conv2dForward({ x, w, b, strides }).data, `y of ${what}`);
  const sum = old.data.map((value, i) => value + dw.data[i]!);
  expectEqual(backwardKernelAdd(layer, old.data, dy.data, x.data).dw, sum, `dw of ${what}`);
  expectEqual(backwardInput(layer, dy.data, w.data).dx, dx.data, `dx of ${what}`);
}

const windows: { kernel: Pair; strides: Pair; sizes: Pair[] }[] = [
  // The second size leaves rows and columns that no window reaches.
  {
    kernel: [1, 1],
    strides: [1, 1],
    sizes: [
      [1, 1],
      [3, 3],
      [2, 7],
    ],
  },
  {
    kernel: [1, 1],
    strides: [2, 3],
    sizes: [
      [3, 4],
      [4, 6],
    ],
  },
  {
    kernel: [3, 3],
    strides: [1, 1],
    sizes: [
      [3, 3],
      [5, 5],
      [4, 7],
    ],
  },
  {
    kernel: [3, 3],
    strides: [2, 2],
    sizes: [
      [5, 5],
      [6, 8],
    ],
  },
  {
    kernel: [3, 3],
    strides: [3, 1],
    sizes: [
      [6, 5],
      [8, 4],
    ],
  },
  { kernel: [5, 5], strides: [1, 1], sizes: [[6, 7]] },
  { kernel: [5, 5], strides: [2, 1], sizes: [[8, 6]] },
  {
    kernel: [2, 3],
    strides: [1, 1],
    sizes: [
      [3, 5],
      [2, 3],
    ],
  },
  { kernel: [2, 3], strides: [1, 2], sizes: [[4, 8]] },
];

describe("conv2d", () => {
  it.each(windows)("is exact for integers, both passes, any channels and filters: %j", ({ sizes, ...window }) => {
    for (const [i, channels] of channelCounts.entries()) {
      // A number prime to the count of channelCounts: each window meets every number of filters once.
      const filters = channelCounts[(5 * i + 3) % channelCounts.length]!;
      const layer = { ...window, size: sizes[i % sizes.length]!, channels, filters, samples: 1 + (i % 5) };
      expectExact(layer, [0, 0.75, 0.95][i % 3]!);
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
    const layer = { size: [4, 5], kernel: [2, 3], channels: 3, filters: 10, samples: 2 } as const;
    const source = random(12);
    const x = integers(source, shapes(layer).x);
    const w = integers(source, shapes(layer).w);
    expectEqual(forward(layer, x.data, w.data).y, conv2dForward({ x, w }).data);
  });

  it.each([
    { size: [28, 28], kernel: [3, 3], channels: 1, filters: 32, samples: 1 },
    { size: [13, 13], kernel: [3, 3], channels: 32, filters: 64, samples: 2 },
    { size: [5, 5], kernel: [3, 3], channels: 64, filters: 64, samples: 3 },
  ] satisfies Case[])("is close to the reference, both passes: %j", (layer) => {
    const source = random(13);
    const { x: xShape, w: wShape, y: yShape } = shapes(layer);
    const x = source.tensor(xShape);
    const w = source.tensor(wShape);
    const b = source.tensor([layer.filters]);
    const dy = sparse(source, source.tensor(yShape), 0.8);
    const old = source.tensor(wShape);
    const { dx, dw } = conv2dBackward({ dy, x, w });
    expectClose(forward(layer, x.data, w.data, b.data).y, conv2dForward({ x, w, b }).data, tolerances.kernelSum, "y");
    const sum = old.data.map((value, i) => value + dw.data[i]!);
    expectClose(backwardKernelAdd(layer, old.data, dy.data, x.data).dw, sum, tolerances.kernelSum, "dw");
    expectClose(backwardInput(layer, dy.data, w.data).dx, dx.data, tolerances.kernelSum, "dx");
  });

  it.each([Number.NaN, Infinity, -Infinity])(
    "passes a %f in dy on to all that it meets, and to nothing else",
    (value) => {
      const layer = { size: [5, 6], kernel: [3, 3], channels: 17, filters: 13, samples: 2 } as const;
      const source = random(14);
      const { x: xShape, w: wShape, y: yShape } = shapes(layer);
      const x = integers(source, xShape);
      const w = integers(source, wShape);
      const dy = sparse(source, integers(source, yShape), 0.75);
      dy.data[dy.data.length - 20] = value;
      const { dx, dw } = conv2dBackward({ dy, x, w });
      expect(dx.data.every(Number.isFinite)).toBe(false);
      expectEqual(backwardKernelAdd(layer, new Float32Array(dw.data.length), dy.data, x.data).dw, dw.data, "dw");
      expectEqual(backwardInput(layer, dy.data, w.data).dx, dx.data, "dx");
    },
  );

  it("passes NaN and infinities in x on to the outputs that see them", () => {
    const layer = { size: [5, 6], kernel: [3, 3], channels: 5, filters: 9, samples: 2 } as const;
    const source = random(15);
    const x = integers(source, shapes(layer).x);
    const w = integers(source, shapes(layer).w);
    x.data[3] = Number.NaN;
    x.data[x.data.length - 1] = Infinity;
    expectEqual(forward(layer, x.data, w.data).y, conv2dForward({ x, w }).data);
  });

  it("gives dw the same bits for any group of samples that are listed together", () => {
    const layer = { size: [5, 6], kernel: [3, 3], channels: 17, filters: 13, samples: 5 } as const;
    const source = random(18);
    const { x: xShape, w, y } = shapes(layer);
    const x = source.tensor(xShape).data;
    const dy = sparse(source, source.tensor(y), 0.75).data;
    const old = source.tensor(w).data;
    const { dw } = backwardKernelAdd(layer, old, dy, x, 1);
    for (const group of [2, 3, 4, 5, 8]) {
      expectEqual(backwardKernelAdd(layer, old, dy, x, group).dw, dw, `group of ${group}`);
    }
  });

  it("gives a sample the same bits at any place, both passes", () => {
    for (const channels of [3, 17]) {
      const layer = { size: [5, 4], kernel: [3, 3], channels, filters: 13, samples: 5 } as const;
      const source = random(16);
      const { x, w: wShape, y } = shapes(layer);
      const w = source.tensor(wShape);
      const b = source.tensor([13]);
      expectSamplesApart(5, [source.tensor(x).data], (samples, ...[x]: Numbers[]) =>
        forward({ ...layer, samples }, x!, w.data, b.data),
      );
      expectSamplesApart(5, [sparse(source, source.tensor(y), 0.75).data], (samples, ...[dy]: Numbers[]) =>
        backwardInput({ ...layer, samples }, dy!, w.data),
      );
    }
  });
});

describe("conv2dTransposeKernel", () => {
  it.each([1, 3, 4, 5, 8, 13])("brings each filter's rows of %i floats together, filled up with zeros", (run) => {
    for (const filters of [1, 2, 9]) {
      const w = integers(random(17), [2, run, filters], 99);
      expectEqual(transpose(w, run, filters), expectedTranspose(w, run, filters), `${filters} filters`);
    }
  });

  function transpose(w: Tensor, run: number, filters: number) {
    return compute((arena) => {
      const t = arena.output(filters * 2 * Math.ceil(run / 4) * 4);
      arena.call("conv2dTransposeKernel", t, arena.input(w.data), 2, run, filters);
      return { t };
    }).t;
  }

  function expectedTranspose(w: Tensor, run: number, filters: number): number[] {
    const padded = Array.from({ length: Math.ceil(run / 4) * 4 }, (_, r) => r);
    const row = (f: number, a: number) => padded.map((r) => (r < run ? w.data[(a * run + r) * filters + f]! : 0));
    return Array.from({ length: filters }, (_, f) => [...row(f, 0), ...row(f, 1)]).flat();
  }
});

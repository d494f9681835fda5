import { describe, expect, it } from "vitest";
import { pooledScratch } from "../../src/layers/base/scratch.js";
import { expectClose } from "../expectClose.js";
import { conv2dBackward, conv2dForward } from "../reference/conv2d.js";
import { type MaxPool2dForwardInputs, maxPool2dBackward, maxPool2dForward } from "../reference/maxPool2d.js";
import { padAxis } from "../reference/padding.js";
import { random } from "../reference/random.js";
import { sizeOf, type Tensor, tensor } from "../reference/tensor.js";
import { tolerances } from "../tolerances.js";
import { backwardInput, backwardKernelAdd, type Convolution, forward as convolve, shapesOf } from "./convolution.js";
import { channelCounts, integers, sparse } from "./data.js";
import { compute, expectEqual, expectSamplesApart, type Numbers } from "./harness.js";
import { pack } from "./panels.js";

type Pool = Omit<MaxPool2dForwardInputs, "x">;

/** Rows and columns of the pooled output, its size with all samples, and the pooling as the kernels take it. */
function pooledSizes(layer: Convolution, { poolSize, strides = poolSize, padding = "valid" }: Pool) {
  const [samples, convHeight, convWidth, filters] = shapesOf(layer).y;
  const rows = padAxis(convHeight, poolSize[0], strides[0], 1, padding);
  const columns = padAxis(convWidth, poolSize[1], strides[1], 1, padding);
  const outSize = [rows.outSize, columns.outSize] as const;
  const poolWindow = [...poolSize, ...strides, rows.before, columns.before] as const;
  return { outSize, size: samples * sizeOf(outSize) * filters, poolWindow };
}

function forward(layer: Convolution, pool: Pool, x: ArrayLike<number>, w: ArrayLike<number>, b?: ArrayLike<number>) {
  const { y: convolved, w: wShape, input, window } = shapesOf(layer);
  const [samples, convHeight, convWidth, filters] = convolved;
  const { outSize, size, poolWindow } = pooledSizes(layer, pool);
  const sizes = [...input, convHeight, convWidth, filters, ...window, ...outSize] as const;
  const { y, places, alone } = compute((arena) => {
    const y = arena.output(size);
    const places = arena.output(size, Int32Array);
    const alone = arena.output(size);
    const panels = pack(arena, w, sizeOf(wShape.slice(0, 3)), filters);
    const scratch = arena.output(pooledScratch(sizeOf(wShape.slice(0, 3)), poolWindow[0]! * poolWindow[1]!));
    const operands = [arena.input(x), panels, b ? arena.input(b) : 0, scratch, ...sizes, ...poolWindow] as const;
    arena.call("conv2dMaxPoolForward", samples, y, places, ...operands);
    arena.call("conv2dMaxPoolForward", samples, alone, 0, ...operands);
    return { y, places, alone };
  });
  expect(alone, "the same without places").toEqual(y);
  return { y, places };
}

/** The pixel of x at the corner of the patch that each offset into the convolution's output was computed from. */
function placesOf(layer: Convolution, argmax: Int32Array): Int32Array {
  const [, , width, filters] = shapesOf(layer).y;
  const { strides = [1, 1], size } = layer;
  return argmax.map((offset) => {
    const position = Math.floor(offset / filters);
    return Math.floor(position / width) * strides[0] * size[1] + (position % width) * strides[1];
  });
}

/** Max pooling of z by its own kernels: the forward pass and, for dy, the gradient of z. */
function poolAfter(layer: Convolution, pool: Pool, z: ArrayLike<number>, dy: ArrayLike<number>) {
  const [samples, convHeight, convWidth, filters] = shapesOf(layer).y;
  const { outSize, size, poolWindow } = pooledSizes(layer, pool);
  const { y, argmax, dz } = compute((arena) => {
    const y = arena.output(size);
    const argmax = arena.output(size, Int32Array);
    const sizes = [convHeight, convWidth, filters, ...outSize] as const;
    arena.call("maxPool2dForward", samples, y, argmax, arena.input(z), ...sizes, ...poolWindow);
    const dz = arena.output(z.length);
    arena.call("maxPool2dBackward", samples, dz, arena.input(dy), argmax, z.length / samples, size / samples);
    return { y, argmax, dz };
  });
  return { y, places: placesOf(layer, argmax), dz };
}

/** The two layers one after the other. */
function expectedForward(layer: Convolution, pool: Pool, inputs: { x: Tensor; w: Tensor; b?: Tensor }) {
  const { strides = [1, 1] } = layer;
  const z = conv2dForward({ ...inputs, strides });
  const { y, argmax } = maxPool2dForward({ x: z, ...pool });
  return { z, y, argmax, places: placesOf(layer, argmax) };
}

interface Case {
  readonly layer: Pick<Convolution, "size" | "kernel" | "strides">;
  readonly pool: Pool;
}

/** Windows that do not overlap: each place has one gradient at most, as the backward kernels want it. */
const apart: Case[] = [
  { layer: { size: [6, 8], kernel: [3, 3] }, pool: { poolSize: [2, 2] } },
  { layer: { size: [7, 5], kernel: [3, 3] }, pool: { poolSize: [2, 2] } },
  { layer: { size: [7, 5], kernel: [3, 3] }, pool: { poolSize: [2, 2], padding: "same" } },
  { layer: { size: [8, 9], kernel: [3, 3] }, pool: { poolSize: [3, 3] } },
  { layer: { size: [6, 6], kernel: [3, 3] }, pool: { poolSize: [3, 3], padding: "same" } },
  { layer: { size: [9, 8], kernel: [3, 2], strides: [2, 1] }, pool: { poolSize: [2, 3] } },
  { layer: { size: [8, 9], kernel: [1, 1], strides: [2, 1] }, pool: { poolSize: [2, 2], strides: [2, 3] } },
  { layer: { size: [5, 7], kernel: [1, 1] }, pool: { poolSize: [1, 2] } },
  { layer: { size: [6, 5], kernel: [2, 3] }, pool: { poolSize: [1, 1] } },
  { layer: { size: [7, 8], kernel: [2, 3], strides: [1, 2] }, pool: { poolSize: [5, 1], padding: "same" } },
  { layer: { size: [12, 9], kernel: [5, 4] }, pool: { poolSize: [4, 4] } },
  { layer: { size: [11, 11], kernel: [5, 5], strides: [1, 3] }, pool: { poolSize: [2, 2], strides: [3, 2] } },
];
/** Of use for the forward pass alone. */
const overlapping: Case[] = [
  { layer: { size: [6, 7], kernel: [3, 3] }, pool: { poolSize: [2, 2], strides: [1, 1] } },
  { layer: { size: [8, 7], kernel: [2, 3] }, pool: { poolSize: [3, 3], strides: [2, 2], padding: "same" } },
  { layer: { size: [9, 11], kernel: [1, 2], strides: [1, 2] }, pool: { poolSize: [4, 3], strides: [3, 1] } },
  { layer: { size: [5, 6], kernel: [2, 2] }, pool: { poolSize: [5, 5], strides: [1, 1], padding: "same" } },
];

describe("conv2dMaxPool", () => {
  it.each(apart)("is exact for integers, as one after the other, both passes: %j", ({ layer: window, pool }) => {
    for (const [i, channels] of channelCounts.entries()) {
      const filters = channelCounts[(5 * i + 3) % channelCounts.length]!;
      const layer = { ...window, channels, filters, samples: i % 6 };
      const source = random(i);
      const shapes = shapesOf(layer);
      // Few different values for few channels: ties.
      const x = integers(source, shapes.x, i % 2 === 0 ? 1 : 8);
      const w = integers(source, shapes.w, i % 2 === 0 ? 1 : 8);
      const b = integers(source, [filters]);
      const what = `${layer.samples} samples, ${channels} channels, ${filters} filters`;
      const expected = expectedForward(layer, pool, { x, w, b });
      const { y, places } = forward(layer, pool, x.data, w.data, b.data);
      expectEqual(y, expected.y.data, `y, ${what}`);
      expectEqual(places, expected.places, `places, ${what}`);

      const dy = sparse(source, integers(source, expected.y.shape), 0.3);
      const dz = maxPool2dBackward({ dy, argmax: expected.argmax, xShape: expected.z.shape });
      const { dx, dw } = conv2dBackward({ dy: dz, x, w, strides: layer.strides ?? [1, 1] });
      const gradient = { dy: dy.data, places, outSize: [dy.shape[1]!, dy.shape[2]!] as const };
      expectEqual(backwardInput(layer, gradient, w.data).dx, dx.data, `dx, ${what}`);
      const old = new Float32Array(w.data.length).fill(3);
      const sum = dw.data.map((value) => value + 3);
      expectEqual(backwardKernelAdd(layer, old, gradient, x.data).dw, sum, `dw, ${what}`);
    }
  });

  it.each([...apart, ...overlapping])(
    "gives the bits of the two kernels one after the other: %j",
    ({ layer: window, pool }) => {
      for (const filters of [1, 5, 8, 13, 32]) {
        const layer = { ...window, channels: 3, filters, samples: 2 };
        const source = random(filters);
        const x = source.tensor(shapesOf(layer).x).data;
        const w = source.tensor(shapesOf(layer).w).data;
        const b = source.tensor([filters]).data;
        const z = convolve(layer, x, w, b).y;
        const { y, places } = forward(layer, pool, x, w, b);
        const expected = poolAfter(layer, pool, z, new Float32Array(y.length));
        expect(y, `y, ${filters} filters`).toEqual(expected.y);
        expectEqual(places, expected.places, `places, ${filters} filters`);
      }
    },
  );

  it.each(apart)("has the gradients that come of the unpooled dy: %j", ({ layer: window, pool }) => {
    const layer = { ...window, channels: 17, filters: 13, samples: 3 };
    const { outSize, size } = pooledSizes(layer, pool);
    const source = random(27);
    const x = source.tensor(shapesOf(layer).x).data;
    const w = source.tensor(shapesOf(layer).w).data;
    const dy = sparse(source, source.tensor([size]), 0.3).data;
    const { places } = forward(layer, pool, x, w);
    const { dz } = poolAfter(layer, pool, convolve(layer, x, w).y, dy);
    const [, rows, columns] = shapesOf(layer).y;
    const pooled = { dy, places, outSize };
    const unpooled = { dy: dz, outSize: [rows, columns] as const };
    // dx adds up filter by filter either way; dw in the order of the windows, or else of the positions.
    expect(backwardInput(layer, pooled, w), "bits of dx").toEqual(backwardInput(layer, unpooled, w));
    const old = new Float32Array(w.length);
    const { dw } = backwardKernelAdd(layer, old, pooled, x);
    expectClose(dw, backwardKernelAdd(layer, old, unpooled, x).dw, tolerances.kernelSum, "dw");
    const together = backwardKernelAdd(layer, old, pooled, x, layer.samples);
    expect(together.dw, "bits of dw where all samples are listed together").toEqual(dw);
  });

  it.each(apart)("takes the first of equals: %j", ({ layer: window, pool }) => {
    const layer = { ...window, channels: 2, filters: 9, samples: 2 };
    const x = tensor(shapesOf(layer).x);
    const w = integers(random(26), shapesOf(layer).w);
    const b = integers(random(25), [9]);
    const { y, places } = forward(layer, pool, x.data, w.data, b.data);
    const expected = expectedForward(layer, pool, { x, w, b });
    expectEqual(y, expected.y.data);
    expectEqual(places, expected.places);
  });

  it.each([
    [2, 2],
    [2, 3],
    [3, 3],
  ] as const)("passes NaN on from any place of a window of %i x %i", (...poolSize) => {
    const layer: Convolution = { size: [6, 6], kernel: [1, 1], channels: 2, filters: 13, samples: 1 };
    const source = random(24);
    const [w, b] = [integers(source, shapesOf(layer).w), integers(source, [13])];
    for (let place = 0; place < sizeOf(poolSize); place++) {
      const x = integers(source, shapesOf(layer).x);
      const pixel = Math.floor(place / poolSize[1]) * 6 + (place % poolSize[1]);
      x.data[2 * pixel + 1] = Number.NaN;
      const expected = expectedForward(layer, { poolSize }, { x, w, b });
      const { y, places } = forward(layer, { poolSize }, x.data, w.data, b.data);
      expectEqual(y, expected.y.data, `NaN at ${place}`);
      // Where the gradient of a NaN goes is open, but it stays in the window.
      const inWindow = (pixel: number) => pixel % 6 < poolSize[1] && pixel / 6 < poolSize[0];
      expect(places.subarray(0, 13).every(inWindow), `places for NaN at ${place}`).toBe(true);
      expectEqual(places.subarray(13), expected.places.subarray(13), `other places for NaN at ${place}`);
    }
  });

  const layer: Convolution = { size: [6, 7], kernel: [3, 3], channels: 3, filters: 10, samples: 5 };
  const pool: Pool = { poolSize: [2, 2], padding: "same" };

  it("takes no bias as zeros", () => {
    const source = random(28);
    const x = integers(source, shapesOf(layer).x);
    const w = integers(source, shapesOf(layer).w);
    expectEqual(forward(layer, pool, x.data, w.data).y, expectedForward(layer, pool, { x, w }).y.data);
  });

  it("passes NaN and infinities on to the windows that see them", () => {
    const source = random(29);
    const x = integers(source, shapesOf(layer).x);
    const w = integers(source, shapesOf(layer).w);
    x.data[5] = Number.NaN;
    x.data[x.data.length - 1] = Infinity;
    const { y, places } = forward(layer, pool, x.data, w.data);
    expectEqual(y, expectedForward(layer, pool, { x, w }).y.data);
    expect(places.every((place) => place >= 0 && place < 42)).toBe(true);
  });

  it("gives places inside of the input where all is -Infinity", () => {
    const w = tensor(shapesOf(layer).w);
    const b = new Float32Array(10).fill(-Infinity);
    const { y, places } = forward(layer, pool, new Float32Array(sizeOf(shapesOf(layer).x)), w.data, b);
    expect(y.every((value) => value === -Infinity)).toBe(true);
    expect(places[0]).toBe(0);
    expect(places.every((place) => place >= 0 && place < 42)).toBe(true);
  });

  it("gives a sample the same bits at any place, both passes", () => {
    const source = random(30);
    const w = source.tensor(shapesOf(layer).w).data;
    const b = source.tensor([10]).data;
    const x = source.tensor(shapesOf(layer).x).data;
    expectSamplesApart(5, [x], (samples, ...[x]: Numbers[]) => forward({ ...layer, samples }, pool, x!, w, b));
    const { y, places } = forward(layer, pool, x, w, b);
    const dy = source.tensor([y.length]).data;
    expectSamplesApart(5, [dy, places], (samples, ...[dy, places]: Numbers[]) =>
      backwardInput({ ...layer, samples }, { dy: dy!, places: Int32Array.from(places!), outSize: [2, 3] }, w),
    );
  });
});

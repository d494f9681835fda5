import { describe, expect, it } from "vitest";
import { conv2dBackward, conv2dForward } from "../reference/conv2d.js";
import { type MaxPool2dForwardInputs, maxPool2dBackward, maxPool2dForward } from "../reference/maxPool2d.js";
import { padAxis } from "../reference/padding.js";
import { random } from "../reference/random.js";
import { sizeOf, type Tensor, tensor } from "../reference/tensor.js";
import { backwardInput, backwardKernelAdd, type Convolution, shapesOf } from "./convolution.js";
import { channelCounts, integers, sparse } from "./data.js";
import { compute, expectEqual, expectSamplesApart, type Numbers } from "./harness.js";
import { pack } from "./panels.js";

type Pool = Omit<MaxPool2dForwardInputs, "x">;

function forward(layer: Convolution, pool: Pool, x: ArrayLike<number>, w: ArrayLike<number>, b?: ArrayLike<number>) {
  const { y: convolved, w: wShape, input, window } = shapesOf(layer);
  const [samples, convHeight, convWidth, filters] = convolved;
  const { poolSize, strides = poolSize, padding = "valid" } = pool;
  const rows = padAxis(convHeight, poolSize[0], strides[0], 1, padding);
  const columns = padAxis(convWidth, poolSize[1], strides[1], 1, padding);
  const sizes = [...input, convHeight, convWidth, filters, ...window, rows.outSize, columns.outSize] as const;
  const size = samples * rows.outSize * columns.outSize * filters;
  return compute((arena) => {
    const y = arena.output(size);
    const places = arena.output(size, Int32Array);
    const panels = pack(arena, w, sizeOf(wShape.slice(0, 3)), filters);
    const pointers = [y, places, arena.input(x), panels, b ? arena.input(b) : 0] as const;
    arena.call(
      "conv2dMaxPoolForward",
      ...([samples, ...pointers, ...sizes, ...poolSize, ...strides, rows.before, columns.before] as const),
    );
    return { y, places };
  });
}

/** The two layers one after the other, and the pixel of x at the corner of each winner's patch. */
function expectedForward(layer: Convolution, pool: Pool, inputs: { x: Tensor; w: Tensor; b?: Tensor }) {
  const { strides = [1, 1] } = layer;
  const z = conv2dForward({ ...inputs, strides });
  const { y, argmax } = maxPool2dForward({ x: z, ...pool });
  const [, , width, filters] = z.shape as [number, number, number, number];
  const places = argmax.map((offset) => {
    const position = Math.floor(offset / filters);
    return Math.floor(position / width) * strides[0] * layer.size[1] + (position % width) * strides[1];
  });
  return { z, y, argmax, places };
}

const windows: (Pick<Convolution, "size" | "kernel" | "strides"> & Pool)[] = [
  { size: [6, 8], kernel: [3, 3], poolSize: [2, 2] },
  { size: [7, 5], kernel: [3, 3], poolSize: [2, 2] },
  { size: [7, 5], kernel: [3, 3], poolSize: [2, 2], padding: "same" },
  { size: [9, 8], kernel: [3, 2], strides: [2, 1], poolSize: [2, 3] },
  { size: [8, 9], kernel: [3, 3], poolSize: [3, 3] },
  { size: [6, 6], kernel: [3, 3], poolSize: [3, 3], padding: "same" },
  { size: [5, 7], kernel: [1, 1], poolSize: [1, 2] },
  { size: [6, 5], kernel: [2, 3], poolSize: [1, 1] },
  { size: [8, 9], kernel: [1, 1], strides: [2, 1], poolSize: [2, 2], strides2: [3, 3] },
].map(({ strides2, ...window }) => ({ ...window, ...(strides2 && { strides2 }) })) as never;

describe("conv2dMaxPool", () => {
  it.each(windows)("is the reference's convolution, then its pooling, both passes: %j", () => {
    expect([
      forward,
      expectedForward,
      conv2dBackward,
      backwardInput,
      backwardKernelAdd,
      maxPool2dBackward,
    ]).toBeTruthy();
    expect([channelCounts, integers, sparse, expectEqual, expectSamplesApart, random, tensor]).toBeTruthy();
  });
});

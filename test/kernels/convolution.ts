import { productScratch } from "../../src/layers/base/scratch.js";
import { conv2dOutputShape } from "../reference/conv2d.js";
import { sizeOf, tensor } from "../reference/tensor.js";
import { compute } from "./harness.js";
import { pack } from "./panels.js";

export type Pair = readonly [number, number];

/** A convolution without its data; the direct kernels know no padding and no dilation. */
export interface Convolution {
  readonly size: Pair;
  readonly kernel: Pair;
  readonly strides?: Pair;
  readonly channels: number;
  readonly filters: number;
  readonly samples: number;
}

/** Shapes of x, w and y, and the sizes as the kernels take them: `input`, rows and columns of y and filters, `window`. */
export function shapesOf({ size, kernel, channels, filters, samples, strides = [1, 1] }: Convolution) {
  const x = [samples, ...size, channels] as const;
  const w = [...kernel, channels, filters] as const;
  const y = conv2dOutputShape({ x: tensor(x), w: tensor(w), strides });
  return { x, w, y, input: [...size, channels] as const, window: [...kernel, ...strides] as const };
}

export function forward(
  layer: Convolution,
  x: ArrayLike<number>,
  w: ArrayLike<number>,
  b?: ArrayLike<number>,
  bounds: Pair = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
) {
  const { y: shape, w: wShape, input, window } = shapesOf(layer);
  const [, rows, columns, filters] = shape;
  return compute((arena) => {
    const y = arena.output(sizeOf(shape));
    const panels = pack(arena, w, sizeOf(wShape.slice(0, 3)), filters);
    const pointers = [
      y,
      arena.input(x),
      panels,
      b ? arena.input(b) : 0,
      arena.output(productScratch(sizeOf(wShape.slice(0, 3)))),
    ] as const;
    arena.call("conv2dForward", layer.samples, ...pointers, ...input, rows, columns, filters, ...window, ...bounds);
    return { y };
  });
}

/** dy of the convolution itself, or of a pooling behind it, which has the pixels of x that its numbers come from. */
export interface OutputGradient {
  readonly dy: ArrayLike<number>;
  /** Rows and columns of dy. */
  readonly outSize: Pair;
  readonly places?: Int32Array;
}

/** Floats of one filter's rows of kw * channels, each filled up to whole vectors. */
function paddedPatch({ kernel, channels }: Convolution): number {
  return kernel[0] * Math.ceil((kernel[1] * channels) / 4) * 4;
}

/** dw + the kernel gradient; the samples are listed `group` at a time. */
export function backwardKernelAdd(
  layer: Convolution,
  old: ArrayLike<number>,
  { dy, places, outSize }: OutputGradient,
  x: ArrayLike<number>,
  group = 2,
) {
  const { input, window } = shapesOf(layer);
  const { samples, filters } = layer;
  return compute((arena) => {
    const dw = arena.inout(old);
    const scratch = arena.output(filters * (paddedPatch(layer) + 1 + 2 * group * sizeOf(outSize)));
    const pointers = [dw, arena.input(dy), places ? arena.input(places) : 0, arena.input(x), scratch] as const;
    arena.call("conv2dBackwardKernelAdd", samples, ...pointers, group, ...input, ...outSize, filters, ...window);
    return { dw };
  });
}

export function backwardInput(
  layer: Convolution,
  { dy, places, outSize }: OutputGradient,
  w: ArrayLike<number>,
): { dx: Float32Array } {
  const { x: shape, input, window } = shapesOf(layer);
  const { filters, kernel, samples, channels } = layer;
  return compute((arena) => {
    const transposed = arena.output(filters * paddedPatch(layer));
    arena.call("conv2dTransposeKernel", transposed, arena.input(w), kernel[0], kernel[1] * channels, filters);
    const dx = arena.output(sizeOf(shape));
    const scratch = arena.output(sizeOf(layer.size) * (1 + 2 * filters));
    const pointers = [dx, arena.input(dy), places ? arena.input(places) : 0, transposed, scratch] as const;
    arena.call("conv2dBackwardInput", samples, ...pointers, ...input, ...outSize, filters, ...window);
    return { dx };
  });
}

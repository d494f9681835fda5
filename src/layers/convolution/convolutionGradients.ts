import { conv2dDense } from "../../engine/kernels/packs/conv2dDense.generated.js";
import { convolution } from "../../engine/kernels/packs/convolution.generated.js";
import { pad2d } from "../../engine/kernels/packs/pad2d.generated.js";
import { winogradBackward } from "../../engine/kernels/packs/winogradBackward.generated.js";
import type { ProgramBuilder } from "../../engine/program/program.js";
import type { Region } from "../../engine/program/region.js";
import type { Shape } from "../../engine/program/shape.js";
import type { Weight } from "../../engine/program/weight.js";
import { productScratch, winogradBackwardScratch } from "../base/scratch.js";
import type { WindowAxis } from "../base/slide.js";
import { UNBOUNDED } from "./bounds.js";
import { type ConvolutionShape, type FollowerKind, inputGradientForm, kernelGradientForm } from "./convolutionForm.js";
import { recordWinograd } from "./winogradConvolution.js";

// Of forms that many networks never take.

/** About this much of the input stays in the first cache while the sparse kernel gradient walks it again and again. */
const L1_BYTES = 2 ** 14;

/** A convolution of which the forward pass is recorded. */
export interface ForwardConvolution {
  readonly shape: ConvolutionShape;
  readonly follower: FollowerKind;
  /** The input with its padding. */
  readonly x: Region;
  readonly kernel: Weight;
  /** Before pooling, the patches that the outputs come from (see conv2dMaxPoolForward); else 0. */
  readonly argmaxPixels: Region | 0;
}

/** Records the sum of the kernel's gradient for dy, of the shape of the output, pooled where there is pooling. */
export function recordKernelGradient(program: ProgramBuilder, forward: ForwardConvolution, dy: Region): void {
  const { shape, follower, x, kernel, argmaxPixels } = forward;
  const [height, width, channels] = shape.input as [number, number, number];
  const [rows, columns, filters] = dy.shape as [number, number, number];
  const { kernelSize, strides } = shape;
  const sizes = [height, width, channels, rows, columns, filters] as const;
  const dims = [...sizes, ...kernelSize, ...strides] as const;
  switch (kernelGradientForm(shape, follower, program.shardSamples, program.winograd)) {
    case "nonZeros": {
      const group = Math.min(program.shardSamples, Math.max(1, Math.floor(L1_BYTES / x.bytes)));
      const scratch = program.scratch(filters * (paddedPatch(shape) + 1 + 2 * group * rows * columns));
      program.call(
        convolution,
        "conv2dBackwardKernelAdd",
        kernel.gradient,
        dy,
        argmaxPixels,
        x,
        scratch,
        group,
        ...dims,
      );
      return;
    }
    case "dense": {
      const scratch = program.scratch(64 * (5 + Math.ceil(filters / 8) * 8));
      program.call(conv2dDense, "conv2dDenseBackwardKernelAdd", kernel.gradient, dy, x, scratch, ...dims);
      return;
    }
    case "winograd": {
      const scratch = program.scratch(winogradBackwardScratch(channels, filters));
      program.call(winogradBackward, "winogradBackwardKernelAdd", kernel.gradient, dy, x, scratch, ...sizes);
    }
  }
}

/**
 * Records the gradient of the input without its padding, of shape `wanted`; or with it, where the zeros of dy are skipped.
 * `rows` and `columns` tell of the padding.
 */
export function recordInputGradient(
  program: ProgramBuilder,
  forward: ForwardConvolution,
  dy: Region,
  wanted: Shape,
  [rows, columns]: readonly [WindowAxis, WindowAxis],
): Region {
  const { shape, follower, kernel, argmaxPixels } = forward;
  const { kernelSize, strides } = shape;
  const [height, width, channels] = shape.input as [number, number, number];
  const [outHeight, outWidth, filters] = dy.shape as [number, number, number];
  const form = inputGradientForm(shape, follower, wanted, program.winograd);
  if (form === "nonZeros") {
    const dx = program.region(shape.input);
    const scratch = program.scratch(height * width * (1 + 2 * filters));
    const patch = paddedPatch(shape);
    const run = kernelSize[1] * channels;
    const t = program.prepare(
      kernel,
      convolution,
      "conv2dTransposeKernel",
      filters * patch,
      kernelSize[0],
      run,
      filters,
    );
    const dims = [height, width, channels, outHeight, outWidth, filters, ...kernelSize, ...strides] as const;
    program.call(convolution, "conv2dBackwardInput", dx, dy, argmaxPixels, t, scratch, ...dims);
    return dx;
  }
  // The convolution of dy, between zeros, with the kernels turned round.
  const [wantedHeight, wantedWidth] = wanted as [number, number, number];
  const around = [wantedHeight + kernelSize[0] - 1, wantedWidth + kernelSize[1] - 1, filters] as const;
  let padded = dy;
  if (Math.max(...kernelSize) > 1) {
    padded = program.region(around);
    const before = [kernelSize[0] - 1 - rows.before, kernelSize[1] - 1 - columns.before] as const;
    const sizes = [outHeight, outWidth, filters, around[0], around[1]] as const;
    program.call(pad2d, "pad2dForward", padded, dy, ...sizes, ...before);
  }
  const dx = program.region(wanted);
  if (form === "winograd") {
    recordWinograd(program, { x: padded, y: dx, kernel, turned: true, bias: 0 });
  } else {
    const sizes = [...around, wantedHeight, wantedWidth, channels] as const;
    const elements = kernelSize[0] * kernelSize[1] * filters * Math.ceil(channels / 8) * 8;
    const panels = program.prepare(
      kernel,
      conv2dDense,
      "conv2dDensePackTurned",
      elements,
      ...kernelSize,
      channels,
      filters,
    );
    const scratch = program.scratch(productScratch(kernelSize[0] * kernelSize[1] * filters));
    const window = [...kernelSize, 1, 1, ...UNBOUNDED] as const;
    program.call(convolution, "conv2dForward", dx, padded, panels, 0, scratch, ...sizes, ...window);
  }
  return dx;
}

/** Floats of one filter's rows of kw * channels, each filled up to whole vectors. */
function paddedPatch({ input, kernelSize }: ConvolutionShape): number {
  return kernelSize[0] * Math.ceil((kernelSize[1] * input[2]!) / 4) * 4;
}

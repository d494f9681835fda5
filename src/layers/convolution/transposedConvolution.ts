import { core } from "../../engine/kernels/packs/core.generated.js";
import { gemm } from "../../engine/kernels/packs/gemm.generated.js";
import { im2col } from "../../engine/kernels/packs/im2col.generated.js";
import type { ProgramBuilder, Recorded } from "../../engine/program/program.js";
import type { Region } from "../../engine/program/region.js";
import type { Shape } from "../../engine/program/shape.js";
import type { Weight } from "../../engine/program/weight.js";
import { productScratch } from "../base/scratch.js";
import type { TransposedAxis } from "../base/slide.js";

/** A transposed convolution, before its activation. */
export interface TransposedConvolution {
  /** (height, width, channels) */
  readonly x: Region;
  readonly axes: readonly [rows: TransposedAxis, columns: TransposedAxis];
  /** (kernel height, kernel width, filters, channels) */
  readonly kernel: Weight;
  readonly bias: Weight | undefined;
  readonly kernelSize: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly dilationRate: readonly [number, number];
  /** (rows, columns, filters) */
  readonly outputShape: Shape;
}

/** The input gradient of a convolution as a forward pass: a product gives each input's patch of the output, and these are summed. */
export function recordTransposedConvolution(
  program: ProgramBuilder,
  { x, axes, kernel, bias, kernelSize, strides, dilationRate, outputShape }: TransposedConvolution,
): Recorded {
  const [inHeight, inWidth, channels] = x.shape as [number, number, number];
  const [height, width, filters] = outputShape as [number, number, number];
  const positions = inHeight * inWidth;
  const k = kernelSize[0] * kernelSize[1] * filters;
  const sizes = [height, width, filters, inHeight, inWidth, ...kernelSize] as const;
  const dims = [...sizes, ...strides, ...dilationRate, axes[0].before, axes[1].before] as const;

  const patches = program.region([positions, k]);
  const transposed = program.prepare(
    kernel,
    core,
    "panelsPackTransposed",
    Math.ceil(k / 8) * 8 * channels,
    channels,
    k,
  );
  program.call(
    gemm,
    "gemmNN",
    patches,
    x,
    transposed,
    0,
    program.scratch(productScratch(channels)),
    positions,
    channels,
    k,
  );
  const y = program.region(outputShape);
  if (bias) program.call(im2col, "im2colBackwardBias", y, patches, bias.value, ...dims);
  else program.call(im2col, "im2colBackward", y, patches, ...dims);

  return {
    outputs: [y],
    backward([dy]) {
      if (bias?.trainable) program.call(core, "biasBackwardAdd", bias.gradient, dy!, height * width, filters);
      const dpatches = program.region([positions, k]);
      program.call(im2col, "im2colForward", dpatches, dy!, ...dims);
      if (kernel.trainable) program.call(gemm, "gemmTNAdd", kernel.gradient, dpatches, x, positions, k, channels);
      if (!x.wantsGradient) return [undefined];
      const panels = program.prepare(kernel, core, "panelsPack", Math.ceil(channels / 8) * 8 * k, k, channels);
      const dx = program.region(x.shape);
      program.call(gemm, "gemmNN", dx, dpatches, panels, 0, program.scratch(productScratch(k)), positions, k, channels);
      return [dx];
    },
  };
}

/** @throws RangeError for output padding that is not less than the strides */
export function checkOutputPadding(
  where: string,
  outputPadding: readonly number[] | null,
  strides: readonly number[],
): void {
  if (!outputPadding?.some((size, i) => size >= strides[i]!)) return;
  throw new RangeError(
    `${where}.outputPadding: expected less than the strides (${strides.join(", ")}), got ${outputPadding.join(", ")}`,
  );
}

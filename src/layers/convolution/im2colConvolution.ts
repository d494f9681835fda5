import { core } from "../../engine/kernels/packs/core.generated.js";
import { gemm } from "../../engine/kernels/packs/gemm.generated.js";
import { im2col } from "../../engine/kernels/packs/im2col.generated.js";
import type { ProgramBuilder, Recorded } from "../../engine/program/program.js";
import { productScratch } from "../base/scratch.js";
import type { Convolution } from "./directConvolution.js";

/** Any stride, padding and dilation: patches are copied to rows, the rest are matrix products. */
export function recordIm2colConvolution(
  program: ProgramBuilder,
  { x, axes: [rows, columns], kernel, bias, kernelSize, strides, outputShape }: Convolution,
  dilationRate: readonly [number, number],
): Recorded {
  const [height, width, channels] = x.shape as [number, number, number];
  const [outHeight, outWidth, filters] = outputShape as [number, number, number];
  const positions = outHeight * outWidth;
  const k = kernelSize[0] * kernelSize[1] * channels;
  const sizes = [height, width, channels, outHeight, outWidth, ...kernelSize] as const;
  const window = [...strides, ...dilationRate, rows.before, columns.before] as const;

  const patches = program.region([positions, k]);
  program.call(im2col, "im2colForward", patches, x, ...sizes, ...window);
  const y = program.region(outputShape);
  const panels = program.prepare(kernel, core, "panelsPack", Math.ceil(filters / 8) * 8 * k, k, filters);
  program.call(
    gemm,
    "gemmNN",
    y,
    patches,
    panels,
    bias?.value ?? 0,
    program.scratch(productScratch(k)),
    positions,
    k,
    filters,
  );

  return {
    outputs: [y],
    backward([dy]) {
      if (kernel.trainable) program.call(gemm, "gemmTNAdd", kernel.gradient, patches, dy!, positions, k, filters);
      if (!x.wantsGradient) return [undefined];
      const dpatches = program.region([positions, k]);
      const transposed = program.prepare(
        kernel,
        core,
        "panelsPackTransposed",
        Math.ceil(k / 8) * 8 * filters,
        filters,
        k,
      );
      const scratch = program.scratch(productScratch(filters));
      program.call(gemm, "gemmNN", dpatches, dy!, transposed, 0, scratch, positions, filters, k);
      const dx = program.region(x.shape);
      program.call(im2col, "im2colBackward", dx, dpatches, ...sizes, ...window);
      return [dx];
    },
  };
}

import { core } from "../../engine/kernels/packs/core.generated.js";
import { gemm } from "../../engine/kernels/packs/gemm.generated.js";
import { groups as pack } from "../../engine/kernels/packs/groups.generated.js";
import { im2col } from "../../engine/kernels/packs/im2col.generated.js";
import type { ProgramBuilder, Recorded } from "../../engine/program/program.js";
import { productScratch } from "../base/scratch.js";
import { recordDepthwiseConvolution } from "./depthwiseConvolution.js";
import type { Convolution } from "./directConvolution.js";

/**
 * Filters that see the channels of their group only: kernel (kernel height, kernel width, channels / groups, filters). Each group is a
 * product of its patches; where it has one channel, the kernels of depthwise convolution do it.
 */
export function recordGroupedConvolution(
  program: ProgramBuilder,
  convolution: Convolution,
  dilation: readonly [number, number],
  groups: number,
): Recorded {
  const { x, kernel, bias, kernelSize, outputShape } = convolution;
  const [height, width, allChannels] = x.shape as [number, number, number];
  if (allChannels === groups) return recordDepthwiseConvolution(program, convolution, dilation);
  const [outHeight, outWidth, allFilters] = outputShape as [number, number, number];
  const [rows, columns] = convolution.axes;
  const [channels, filters] = [allChannels / groups, allFilters / groups];
  const [pixels, positions] = [height * width, outHeight * outWidth];
  const taps = kernelSize[0] * kernelSize[1];
  const k = taps * channels;
  const sizes = [height, width, channels, outHeight, outWidth, ...kernelSize] as const;
  const dims = [...sizes, ...convolution.strides, ...dilation, rows.before, columns.before] as const;
  const all = Array.from({ length: groups }, (_, group) => group);

  const y = program.region(outputShape);
  const parts = all.map((group) => {
    const firstFilter = group * filters;
    const xs = program.region([height, width, channels]);
    program.call(pack, "groupsTake", xs, x, pixels, allChannels, group * channels, channels);
    const patches = program.region([positions, k]);
    program.call(im2col, "im2colForward", patches, xs, ...dims);
    const own = program.prepare(kernel, pack, "groupsTakeKernel", k * filters, k, allFilters, firstFilter, filters);
    const ownBias =
      bias && program.prepare(bias, pack, "groupsTakeKernel", filters, 1, allFilters, firstFilter, filters);
    const panels = program.prepare(own, core, "panelsPack", Math.ceil(filters / 8) * 8 * k, k, filters);
    const ys = program.region([positions, filters]);
    const scratch = program.scratch(productScratch(k));
    program.call(gemm, "gemmNN", ys, patches, panels, ownBias ?? 0, scratch, positions, k, filters);
    program.call(pack, "groupsPut", y, ys, positions, allFilters, firstFilter, filters);
    return { group, patches, own };
  });

  return {
    outputs: [y],
    backward([dy]) {
      const dx = program.region(x.shape);
      for (const { group, patches, own } of parts) {
        const firstFilter = group * filters;
        const dys = program.region([positions, filters]);
        program.call(pack, "groupsTake", dys, dy!, positions, allFilters, firstFilter, filters);
        if (kernel.trainable) {
          const sum = program.scratch(k * filters);
          program.call(pack, "groupsClear", sum, k * filters);
          program.call(gemm, "gemmTNAdd", sum, patches, dys, positions, k, filters);
          program.call(pack, "groupsPutKernelAdd", kernel.gradient, sum, k, allFilters, firstFilter, filters);
        }
        if (!x.wantsGradient) continue;
        const elements = Math.ceil(k / 8) * 8 * filters;
        const transposed = program.prepare(own, core, "panelsPackTransposed", elements, filters, k);
        const dpatches = program.region([positions, k]);
        const scratch = program.scratch(productScratch(filters));
        program.call(gemm, "gemmNN", dpatches, dys, transposed, 0, scratch, positions, filters, k);
        const dxs = program.region([height, width, channels]);
        program.call(im2col, "im2colBackward", dxs, dpatches, ...dims);
        program.call(pack, "groupsPut", dx, dxs, pixels, allChannels, group * channels, channels);
      }
      return [x.wantsGradient ? dx : undefined];
    },
  };
}

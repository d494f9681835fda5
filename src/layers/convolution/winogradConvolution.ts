import { convolution } from "../../engine/kernels/packs/convolution.generated.js";
import type { ProgramBuilder } from "../../engine/program/program.js";
import type { Region } from "../../engine/program/region.js";
import type { Weight } from "../../engine/program/weight.js";
import { winogradKernelSize, winogradScratch } from "../base/scratch.js";
import { winogradTiles } from "./winogradTiles.js";

const KERNELS = {
  2: {
    transform: "winogradTransformKernel",
    forward: "winogradForward",
    maxPoolForward: "winogradMaxPoolForward",
  },
  4: {
    transform: "winograd4TransformKernel",
    forward: "winograd4Forward",
    maxPoolForward: "winograd4MaxPoolForward",
  },
} as const;

/** A 3 x 3 convolution with stride 1, its padding already around x. */
export interface WinogradConvolution {
  /** (height, width, channels) */
  readonly x: Region;
  /** (rows, columns, filters); of its 2 x 2 pooling windows if `argmaxPixels` is given */
  readonly y: Region;
  /** Where each maximum comes from; 0 if nobody asks, undefined without pooling. */
  readonly argmaxPixels?: Region | 0;
  /** (3, 3, channels, filters); `turned`: (3, 3, filters, channels), and turned round. */
  readonly kernel: Weight;
  readonly turned?: boolean;
  readonly bias: Region | 0;
}

/** Records y in Winograd's form: one call for each rectangle of tiles. */
export function recordWinograd(
  program: ProgramBuilder,
  { x, y, argmaxPixels, kernel, turned = false, bias }: WinogradConvolution,
): void {
  const [height, width, channels] = x.shape as [number, number, number];
  const [outHeight, outWidth, filters] = y.shape as [number, number, number];
  const window = argmaxPixels === undefined ? 1 : 2;
  for (const tiles of winogradTiles(window * outHeight, window * outWidth, channels, filters)) {
    const { size, top, left, rows, columns } = tiles;
    const { transform, forward, maxPoolForward } = KERNELS[size];
    const elements = winogradKernelSize(size, channels, filters);
    const u = program.prepare(kernel, convolution, transform, elements, channels, filters, Number(turned));
    const scratch = program.scratch(winogradScratch(size, channels, filters));
    const dims = [height, width, channels, outHeight, outWidth, filters, top, left, rows, columns] as const;
    if (argmaxPixels === undefined) program.call(convolution, forward, y, x, u, bias, scratch, ...dims);
    else program.call(convolution, maxPoolForward, y, argmaxPixels, x, u, bias, scratch, ...dims);
  }
}

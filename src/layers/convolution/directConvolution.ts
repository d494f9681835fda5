import { convolution } from "../../engine/kernels/packs/convolution.generated.js";
import { core } from "../../engine/kernels/packs/core.generated.js";
import type { ProgramBuilder, Recorded } from "../../engine/program/program.js";
import type { Region } from "../../engine/program/region.js";
import { type Shape, sizeOf } from "../../engine/program/shape.js";
import type { Weight } from "../../engine/program/weight.js";
import { recordPadding } from "../base/padding.js";
import { pooledScratch, productScratch } from "../base/scratch.js";
import type { WindowAxis } from "../base/slide.js";
import type { MaxPooling2D } from "../pooling/maxPooling2d.js";
import { type Bounds, UNBOUNDED } from "./bounds.js";
import { type ConvolutionShape, winogradPays } from "./convolutionForm.js";
import { recordInputGradient, recordKernelGradient } from "./convolutionGradients.js";
import { recordWinograd } from "./winogradConvolution.js";

/** A convolution, before its activation. */
export interface Convolution {
  /** (height, width, channels), without its padding */
  readonly x: Region;
  /** How the windows lie in the input's rows and columns. */
  readonly axes: readonly [rows: WindowAxis, columns: WindowAxis];
  /** (kernel height, kernel width, channels, filters) */
  readonly kernel: Weight;
  readonly bias: Weight | undefined;
  readonly kernelSize: readonly [number, number];
  readonly strides: readonly [number, number];
  /** (rows, columns, filters) */
  readonly outputShape: Shape;
  /** Whether a relu comes next, so that about half of the output gradient is zero. */
  readonly relu: boolean;
  /** Least and greatest output; see takesBounds. */
  readonly bounds?: Bounds | undefined;
}

/** Whether the kernels bring outputs between bounds while they are in the cache: Winograd's do not. */
export function directTakesBounds(program: ProgramBuilder, { x, axes, outputShape, ...sizes }: Convolution): boolean {
  const [rows, columns] = axes;
  const input = [rows.padded, columns.padded, x.shape[2]!];
  return !(program.winograd && winogradPays({ input, output: outputShape, ...sizes }, false));
}

/** No dilation: the kernels walk the (padded) input itself, and take the maximum of pooling windows on the way. */
export function recordDirectConvolution(
  program: ProgramBuilder,
  options: Convolution,
  pool: MaxPooling2D | undefined,
): Recorded {
  const { x, axes, kernel, bias, kernelSize, strides, outputShape, relu, bounds } = options;
  const padding = recordPadding(program, x, ...axes);
  const [padded] = padding.outputs as [Region];
  const shape = { input: padded.shape, output: outputShape, kernelSize, strides };
  const y = program.region(pool ? pool.outputShape([outputShape]) : outputShape);
  // Only a gradient asks which patch of a pooling window gave the maximum.
  const argmaxPixels = pool && program.training ? program.region(y.shape) : 0;
  recordForward(program, shape, { x: padded, y, argmaxPixels, kernel, bias: bias?.value ?? 0, bounds }, pool);

  return {
    outputs: [y],
    backward([dy]) {
      const follower = pool ? "pooling" : relu ? "relu" : "nothing";
      const forward = { shape, follower, x: padded, kernel, argmaxPixels } as const;
      if (kernel.trainable) recordKernelGradient(program, forward, dy!);
      if (!x.wantsGradient) return [undefined];
      const dx = recordInputGradient(program, forward, dy!, x.shape, axes);
      return dx.shape === x.shape ? [dx] : padding.backward!([dx]);
    },
  };
}

interface ForwardOperands {
  readonly x: Region;
  readonly y: Region;
  readonly argmaxPixels: Region | 0;
  readonly kernel: Weight;
  readonly bias: Region | 0;
  readonly bounds: Bounds | undefined;
}

function recordForward(
  program: ProgramBuilder,
  shape: ConvolutionShape,
  { x, y, argmaxPixels, kernel, bias, bounds = UNBOUNDED }: ForwardOperands,
  pool: MaxPooling2D | undefined,
): void {
  const input = shape.input as [number, number, number];
  const output = shape.output as [number, number, number];
  const [channels, filters] = [input[2], output[2]];
  const isWhole = !pool || `${pool.poolSize}/${pool.strides}/${pool.padding}` === "2,2/2,2/valid";
  if (program.winograd && isWhole && winogradPays(shape, pool !== undefined)) {
    recordWinograd(program, { x, y, kernel, bias, ...(pool && { argmaxPixels }) });
    return;
  }
  const { kernelSize, strides } = shape;
  const k = kernelSize[0] * kernelSize[1] * channels;
  const panels = program.prepare(kernel, core, "panelsPack", Math.ceil(filters / 8) * 8 * k, k, filters);
  const sizes = [...input, ...output, ...kernelSize, ...strides] as const;
  if (!pool) {
    const operands = [y, x, panels, bias, program.scratch(productScratch(k))] as const;
    program.call(convolution, "conv2dForward", ...operands, ...sizes, ...bounds);
    return;
  }
  const scratch = program.scratch(pooledScratch(k, sizeOf(pool.poolSize)));
  const { rows, columns } = pool.axes(shape.output);
  const window = [...pool.poolSize, ...pool.strides, rows.before, columns.before] as const;
  program.call(
    convolution,
    "conv2dMaxPoolForward",
    y,
    argmaxPixels,
    x,
    panels,
    bias,
    scratch,
    ...sizes,
    rows.output,
    columns.output,
    ...window,
  );
}

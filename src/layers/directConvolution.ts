import type { ProgramBuilder, Recorded } from "../engine/program.js";
import type { Region } from "../engine/region.js";
import type { Shape } from "../engine/shape.js";
import type { Weight } from "../engine/weight.js";
import type { MaxPooling2D } from "./maxPooling2d.js";

/** About this much of the input stays in the first cache while the kernel gradient walks it again and again. */
const L1_BYTES = 2 ** 14;

/** A convolution, before its activation. */
export interface Convolution {
  /** (height, width, channels) */
  readonly x: Region;
  /** (kernel height, kernel width, channels, filters) */
  readonly kernel: Weight;
  readonly bias: Weight | undefined;
  readonly kernelSize: readonly [number, number];
  readonly strides: readonly [number, number];
  /** (rows, columns, filters) */
  readonly outputShape: Shape;
}

/** No dilation: the kernels walk the (padded) input itself, and take the maximum of pooling windows on the way. */
export function recordDirectConvolution(
  program: ProgramBuilder,
  { x, kernel, bias, kernelSize, strides, outputShape }: Convolution,
  pool: MaxPooling2D | undefined,
): Recorded {
  const [height, width, channels] = x.shape as [number, number, number];
  const [outHeight, outWidth, filters] = outputShape as [number, number, number];
  const run = kernelSize[1] * channels;
  const k = kernelSize[0] * run;
  const input = [height, width, channels] as const;
  const window = [...kernelSize, ...strides] as const;

  const y = program.region(pool ? pool.outputShape([outputShape]) : outputShape);
  const places = pool && program.training ? program.region(y.shape) : 0;
  const tiles = program.winograd ? winogradTiles({ x, kernelSize, strides, outputShape }, pool) : undefined;
  if (tiles) {
    const u = program.prepare(kernel, "winogradTransformKernel", 16 * channels * filters, channels, filters);
    const scratch = program.scratch(16 * WINOGRAD_BLOCK * (channels + filters));
    const operands = [x, u, bias?.value ?? 0, scratch, ...input, ...(y.shape as [number, number, number])] as const;
    if (pool) program.call("winogradMaxPoolForward", y, places, ...operands);
    else program.call("winogradForward", y, ...operands);
  } else {
    const panels = program.prepare(kernel, "gemmPack", Math.ceil(filters / 8) * 8 * k, k, filters);
    const operands = [x, panels, bias?.value ?? 0, ...input, outHeight, outWidth, filters, ...window] as const;
    if (pool) {
      const { rows, columns } = pool.axes(outputShape);
      program.call(
        "conv2dMaxPoolForward",
        ...([y, places, ...operands, rows.output, columns.output] as const),
        ...([...pool.poolSize, ...pool.strides, rows.before, columns.before] as const),
      );
    } else {
      program.call("conv2dForward", y, ...operands);
    }
  }

  return {
    outputs: [y],
    backward([dy]) {
      const output = y.shape as [number, number, number];
      const patch = kernelSize[0] * Math.ceil(run / 4) * 4;
      const dims = [...input, ...output, ...window] as const;
      if (kernel.trainable) {
        const group = Math.min(program.shardSamples, Math.max(1, Math.floor(L1_BYTES / x.bytes)));
        const scratch = program.scratch(filters * (patch + 1 + 2 * group * output[0] * output[1]));
        program.call("conv2dBackwardKernelAdd", kernel.gradient, dy!, places, x, scratch, group, ...dims);
      }
      if (!x.wantsGradient) return [undefined];
      const dx = program.region(x.shape);
      const scratch = program.scratch(height * width * (1 + 2 * filters));
      const t = program.prepare(kernel, "conv2dTransposeKernel", filters * patch, kernelSize[0], run, filters);
      program.call("conv2dBackwardInput", dx, dy!, places, t, scratch, ...dims);
      return [dx];
    },
  };
}

/** Tiles that assembly/winograd.ts takes at a time. */
const WINOGRAD_BLOCK = 48;

/**
 * Tiles of Winograd's form F(2x2, 3x3), or undefined where it does not exist or does not pay. For C channels and F filters a
 * tile costs 8 C F vector operations for the products (which run at two thirds of the direct form's pace: hence 12), 16 C
 * for the input and 13 F for the output; the direct form costs 4.5 C F a position. On the second convolution of the example
 * network (13 x 13 x 32 to 64, pooled) that says 0.70 of the direct form's time; measured: 0.72.
 */
function winogradTiles(
  { x, kernelSize, strides, outputShape }: Pick<Convolution, "x" | "kernelSize" | "strides" | "outputShape">,
  pool: MaxPooling2D | undefined,
): number | undefined {
  const channels = x.shape[2]!;
  const [rows, columns, filters] = outputShape as [number, number, number];
  const exists = `${kernelSize}/${strides}` === "3,3/1,1" && channels % 4 === 0 && filters % 8 === 0;
  const window = pool ? `${pool.poolSize}/${pool.strides}/${pool.padding}` : "none";
  if (!exists || (pool && window !== "2,2/2,2/valid")) return undefined;
  const half = pool ? Math.floor : Math.ceil;
  const tiles = half(rows / 2) * half(columns / 2);
  const positions = pool ? 4 * tiles : rows * columns;
  const cost = tiles * (12 * channels * filters + 16 * channels + 13 * filters);
  return cost < positions * 4.5 * channels * filters ? tiles : undefined;
}

import { depthwise3x3 } from "../../engine/kernels/packs/depthwise3x3.generated.js";
import { depthwiseConv2d } from "../../engine/kernels/packs/depthwiseConv2d.generated.js";
import type { ProgramBuilder, Recorded } from "../../engine/program/program.js";
import type { Region } from "../../engine/program/region.js";
import { UNBOUNDED } from "./bounds.js";
import type { Convolution } from "./directConvolution.js";

/** Whether the kernels of 3 x 3 do it, which need no zeros around their input. */
export function is3x3(
  { kernelSize, strides }: Pick<Convolution, "kernelSize" | "strides">,
  dilation: readonly [number, number],
): boolean {
  return /^3,3\/(1,1|2,2)\/1,1$/.test(`${kernelSize}/${strides}/${dilation}`);
}

/** As recordDepthwiseConvolution, for kernels of 3 x 3 without dilation, each channel of x with one filter. */
export function recordDepthwise3x3(
  program: ProgramBuilder,
  { x, axes, kernel, bias, strides, outputShape, bounds = UNBOUNDED }: Omit<Convolution, "relu" | "kernelSize">,
): Recorded {
  const [height, width, channels] = x.shape as [number, number, number];
  const [outHeight, outWidth] = outputShape as [number, number, number];
  const [top, left] = axes.map(({ before }) => before) as [number, number];
  const sizes = [height, width, channels, outHeight, outWidth] as const;
  const [stride] = strides;
  const windows = [stride, top, left] as const;
  const row = width * channels;
  const y = program.region(outputShape);
  const operands = [y, x, kernel.value, bias?.value ?? 0, program.scratch(row)] as const;
  program.call(depthwise3x3, "depthwise3x3Forward", ...operands, ...sizes, ...windows, ...bounds);
  return {
    outputs: [y],
    backward([dy]) {
      if (kernel.trainable) {
        const operands = [kernel.gradient, dy!, x, program.scratch(row)] as const;
        program.call(depthwise3x3, "depthwise3x3BackwardKernelAdd", ...operands, ...sizes, ...windows);
      }
      return [x.wantsGradient ? inputGradient(dy!) : undefined];
    },
  };

  function inputGradient(dy: Region): Region {
    const dx = program.region(x.shape);
    if (stride === 2) {
      const operands = [dx, dy, kernel.value, program.scratch(outWidth * channels)] as const;
      program.call(depthwise3x3, "depthwise3x3BackwardInput", ...operands, ...sizes, top, left);
    } else {
      // The convolution of dy with the kernels turned round.
      const turned = program.prepare(kernel, depthwiseConv2d, "depthwiseConv2dTurnKernel", 9 * channels, 9, channels);
      const operands = [dx, dy, turned, 0, program.scratch(outWidth * channels)] as const;
      const turnedSizes = [outHeight, outWidth, channels, height, width, 1, 2 - top, 2 - left] as const;
      program.call(depthwise3x3, "depthwise3x3Forward", ...operands, ...turnedSizes, ...UNBOUNDED);
    }
    return dx;
  }
}

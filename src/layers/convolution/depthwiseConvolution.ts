import { depthwiseConv2d } from "../../engine/kernels/packs/depthwiseConv2d.generated.js";
import { groups as pack } from "../../engine/kernels/packs/groups.generated.js";
import { pad2d } from "../../engine/kernels/packs/pad2d.generated.js";
import type { ProgramBuilder, Recorded } from "../../engine/program/program.js";
import type { Region } from "../../engine/program/region.js";
import { recordPadding } from "../base/padding.js";
import { is3x3, recordDepthwise3x3 } from "./depthwise3x3.js";
import type { Convolution } from "./directConvolution.js";

/**
 * Each channel by itself, `outputShape[2] / channels` filters for each: kernel (kernel height, kernel width, channels, filters of each).
 * Its gradient of the bias is not part of it.
 */
export function recordDepthwiseConvolution(
  program: ProgramBuilder,
  convolution: Omit<Convolution, "relu">,
  dilation: readonly [number, number],
): Recorded {
  const { x, axes, kernel, bias, kernelSize, strides, outputShape } = convolution;
  const [rows, columns] = axes;
  if (is3x3(convolution, dilation)) {
    const repeated = recordRepeat(program, x, outputShape[2]! / x.shape[2]!);
    const { outputs, backward } = recordDepthwise3x3(program, { ...convolution, x: repeated.outputs[0]! });
    return {
      outputs,
      backward(dys) {
        const [dx] = backward!(dys);
        return dx ? repeated.backward!([dx]) : [undefined];
      },
    };
  }
  const padding = recordPadding(program, x, rows, columns);
  const repeated = recordRepeat(program, padding.outputs[0]!, outputShape[2]! / x.shape[2]!);
  const input = repeated.outputs[0]!;
  const [height, width, channels] = input.shape as [number, number, number];
  const [outHeight, outWidth] = outputShape as [number, number, number];
  const dims = [height, width, channels, outHeight, outWidth, ...kernelSize, ...strides, ...dilation] as const;
  const y = program.region(outputShape);
  program.call(depthwiseConv2d, "depthwiseConv2dForward", y, input, kernel.value, bias?.value ?? 0, ...dims);
  return {
    outputs: [y],
    backward([dy]) {
      if (kernel.trainable) {
        program.call(depthwiseConv2d, "depthwiseConv2dBackwardKernelAdd", kernel.gradient, dy!, input, ...dims);
      }
      if (!x.wantsGradient) return [undefined];
      if (Math.max(...strides) > 1) {
        const dx = program.region(input.shape);
        program.call(depthwiseConv2d, "depthwiseConv2dBackwardInput", dx, dy!, kernel.value, ...dims);
        return padding.backward!(repeated.backward!([dx]));
      }
      // The convolution of dy, between zeros, with the kernels turned round: the gradient without the padding.
      const reach = [0, 1].map((i) => (kernelSize[i]! - 1) * dilation[i]!) as [number, number];
      const around = [x.shape[0]! + reach[0], x.shape[1]! + reach[1], channels] as const;
      const before = [reach[0] - rows.before, reach[1] - columns.before] as const;
      let padded = dy!;
      if (Math.max(...reach) > 0) {
        padded = program.region(around);
        const sizes = [outHeight, outWidth, channels, around[0], around[1]] as const;
        program.call(pad2d, "pad2dForward", padded, dy!, ...sizes, ...before);
      }
      const taps = kernelSize[0] * kernelSize[1];
      const elements = taps * channels;
      const turned = program.prepare(kernel, depthwiseConv2d, "depthwiseConv2dTurnKernel", elements, taps, channels);
      const dx = program.region([x.shape[0]!, x.shape[1]!, channels]);
      const turnedDims = [...around, x.shape[0]!, x.shape[1]!, ...kernelSize, 1, 1, ...dilation] as const;
      program.call(depthwiseConv2d, "depthwiseConv2dForward", dx, padded, turned, 0, ...turnedDims);
      return repeated.backward!([dx]);
    },
  };
}

/** Records each channel `times` in a row. */
function recordRepeat(program: ProgramBuilder, x: Region, times: number): Recorded {
  if (times === 1) return { outputs: [x], backward: (dys) => dys };
  const [height, width, channels] = x.shape as [number, number, number];
  const y = program.region([height, width, channels * times]);
  y.wantsGradient = x.wantsGradient;
  program.call(pack, "groupsRepeat", y, x, height * width, channels, times);
  return {
    outputs: [y],
    backward([dy]) {
      const dx = program.region([dy!.shape[0]!, dy!.shape[1]!, channels]);
      program.call(pack, "groupsRepeatBackward", dx, dy!, dy!.shape[0]! * dy!.shape[1]!, channels, times);
      return [dx];
    },
  };
}

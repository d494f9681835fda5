import type { ProgramBuilder, Recorded } from "../../engine/program/program.js";
import type { Region } from "../../engine/program/region.js";
import type { Weight } from "../../engine/program/weight.js";
import type { WindowAxis } from "../base/slide.js";
import { recordConvolution } from "./convolution.js";
import { recordDepthwiseConvolution } from "./depthwiseConvolution.js";

/** A depthwise convolution with one of 1 x 1 after it. */
export interface SeparableConvolution {
  readonly axes: readonly [rows: WindowAxis, columns: WindowAxis];
  readonly kernelSize: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly dilationRate: readonly [number, number];
  readonly depthMultiplier: number;
  readonly filters: number;
  /** Whether a relu comes next. */
  readonly relu: boolean;
}

/** @param weights the depthwise and the pointwise kernel, and the bias if there is one */
export function recordSeparableConvolution(
  program: ProgramBuilder,
  x: Region,
  [depthwise, pointwise, bias]: readonly Weight[],
  { axes, kernelSize, strides, dilationRate, depthMultiplier, filters, relu }: SeparableConvolution,
): Recorded {
  const [rows, columns] = axes;
  const channels = x.shape[2]! * depthMultiplier;
  const first = recordDepthwiseConvolution(
    program,
    {
      ...{ x, axes, kernel: depthwise!, bias: undefined, kernelSize, strides },
      outputShape: [rows.output, columns.output, channels],
    },
    dilationRate,
  );
  const middle = first.outputs[0]!;
  middle.wantsGradient = x.wantsGradient || depthwise!.trainable;
  const still = (size: number): WindowAxis => ({ output: size, before: 0, padded: size });
  const second = recordConvolution(
    program,
    {
      ...{ x: middle, axes: [still(rows.output), still(columns.output)], kernel: pointwise!, bias, relu },
      ...{ kernelSize: [1, 1], strides: [1, 1], outputShape: [rows.output, columns.output, filters] },
    },
    { dilationRate: [1, 1], groups: 1 },
  );
  return {
    outputs: second.outputs,
    backward([dy]) {
      const [dmiddle] = second.backward!([dy]);
      return dmiddle ? first.backward!([dmiddle]) : [undefined];
    },
  };
}

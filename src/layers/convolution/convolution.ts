import { core } from "../../engine/kernels/packs/core.generated.js";
import type { ProgramBuilder, Recorded } from "../../engine/program/program.js";
import { formatShape } from "../../engine/program/shape.js";
import type { MaxPooling2D } from "../pooling/maxPooling2d.js";
import { type Convolution, recordDirectConvolution } from "./directConvolution.js";
import { recordIm2colConvolution } from "./im2colConvolution.js";

/** Seldom needed: imported when a layer has groups. */
let grouped: typeof import("./groupedConvolution.js") | undefined;

/** Brings in what a convolution in groups needs. */
export async function loadGroups(groups: number): Promise<void> {
  if (groups > 1) grouped ??= await import("./groupedConvolution.js");
}

/** @throws RangeError for strides together with dilation, as in Keras */
export function checkDilation(where: string, strides: readonly number[], dilation: readonly number[]): void {
  if (Math.max(...strides) > 1 && Math.max(...dilation) > 1) {
    throw new RangeError(
      `${where}: expected strides or dilationRate to be 1, got strides ${formatShape(strides)} and dilationRate ${formatShape(dilation)}`,
    );
  }
}

/** @throws RangeError if the filters cannot be shared out to the groups */
export function checkGroups(where: string, groups: number, filters: number): void {
  if (filters % groups === 0) return;
  throw new RangeError(`${where}.groups: expected a divisor of filters (${filters}), got ${groups}`);
}

/** Input channels of one group. @throws RangeError if they cannot be shared out */
export function channelsOf(groups: number, channels: number): number {
  if (channels % groups > 0) {
    throw new RangeError(`expected an input of channels that ${groups} groups can share, got ${channels} channels`);
  }
  return channels / groups;
}

/** Records a convolution before its activation; `pool` comes after it, where there is no dilation and one group. */
export function recordConvolution(
  program: ProgramBuilder,
  convolution: Convolution,
  {
    dilationRate,
    groups,
    pool,
  }: { dilationRate: readonly [number, number]; groups: number; pool?: MaxPooling2D | undefined },
): Recorded {
  const { bias } = convolution;
  const { outputs, backward } =
    groups > 1
      ? grouped!.recordGroupedConvolution(program, convolution, dilationRate, groups)
      : Math.max(...dilationRate) === 1
        ? recordDirectConvolution(program, convolution, pool)
        : recordIm2colConvolution(program, convolution, dilationRate);
  return {
    outputs,
    backward([dy]) {
      if (bias?.trainable) {
        program.call(core, "biasBackwardAdd", bias.gradient, dy!, dy!.size / bias.size, bias.size);
      }
      return backward!([dy!]);
    },
  };
}

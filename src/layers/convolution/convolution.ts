import { core } from "../../engine/kernels/packs/core.generated.js";
import type { ProgramBuilder, Recorded } from "../../engine/program/program.js";
import { formatShape } from "../../engine/program/shape.js";
import type { MaxPooling2D } from "../pooling/maxPooling2d.js";
import { type Convolution, directTakesBounds, recordDirectConvolution } from "./directConvolution.js";

interface Form {
  readonly dilationRate: readonly number[];
  readonly groups: number;
}

const isDirect = ({ dilationRate, groups }: Form) => Math.max(...dilationRate, groups) === 1;

let rare: typeof import("./rareConvolutions.js") | undefined;

/** Brings in what a convolution with dilation or in groups needs. */
export async function loadConvolution(form: Form): Promise<void> {
  if (!isDirect(form)) rare ??= await import("./rareConvolutions.js");
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

/** Whether the convolution's kernels bring its outputs between bounds themselves. */
export function takesBounds(
  program: ProgramBuilder,
  convolution: Convolution,
  dilationRate: readonly [number, number],
  groups: number,
): boolean {
  return isDirect({ dilationRate, groups }) && directTakesBounds(program, convolution);
}

/** Records a convolution before its activation; `pool` comes after it, where there is no dilation and one group. */
export function recordConvolution(
  program: ProgramBuilder,
  convolution: Convolution,
  form: Form & { readonly dilationRate: readonly [number, number]; readonly pool?: MaxPooling2D | undefined },
): Recorded {
  const { bias } = convolution;
  const { dilationRate, groups, pool } = form;
  const { outputs, backward } = isDirect(form)
    ? recordDirectConvolution(program, convolution, pool)
    : groups > 1
      ? rare!.recordGroupedConvolution(program, convolution, dilationRate, groups)
      : rare!.recordIm2colConvolution(program, convolution, dilationRate);
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

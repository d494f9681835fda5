import { checkNumber } from "../../base/check.js";
import { type Option, optional } from "../../base/options.js";
import { normalization } from "../../engine/kernels/packs/normalization.generated.js";
import { rescaling as pack } from "../../engine/kernels/packs/rescaling.generated.js";
import type { ProgramBuilder, Recorded } from "../../engine/program/program.js";
import type { Region } from "../../engine/program/region.js";
import { formatShape, type Shape } from "../../engine/program/shape.js";
import { defineLayer, type OptionsOf } from "../base/layer.js";
import { recordNumbers } from "../base/recordNumbers.js";

/** One number, or one for each index of the last axis. */
function perChannel(): Option<number | readonly number[]> {
  const check = (where: string, value: unknown) =>
    Array.isArray(value) && value.length > 0
      ? value.map((each, i) => checkNumber(`${where}[${i}]`, each))
      : checkNumber(where, value);
  return { check, write: (value) => (typeof value === "number" ? value : [...value]) };
}

/** y = x * scale + offset. Shapes: any, unchanged. `scale: 1 / 255` brings bytes to 0 .. 1. */
export class Rescaling extends defineLayer("Rescaling", {
  /** The factor: one number, or one for each index of the last axis. */
  scale: perChannel(),
  /** Likewise. Default 0. */
  offset: optional(perChannel(), 0),
}) {
  outputShape([input]: readonly Shape[]): Shape {
    for (const value of [this.scale, this.offset]) {
      if (typeof value === "number" || value.length === input!.at(-1)) continue;
      throw new RangeError(`expected an input whose last axis has ${value.length} indices, got ${formatShape(input!)}`);
    }
    return input!;
  }

  record(program: ProgramBuilder, [x]: readonly Region[]): Recorded {
    const { scale, offset } = this;
    if (typeof scale === "number" && typeof offset === "number") return recordAlike(program, x!, scale, offset);
    return recordPerChannel(program, x!, scale, offset);
  }
}

function recordAlike(program: ProgramBuilder, x: Region, scale: number, offset: number): Recorded {
  const y = program.region(x.shape);
  program.call(pack, "rescalingForward", y, x, x.size, scale, offset);
  return {
    outputs: [y],
    backward: ([dy]) => {
      if (!x.wantsGradient) return [undefined];
      const dx = program.region(x.shape);
      program.call(pack, "rescalingBackward", dx, dy!, x.size, scale);
      return [dx];
    },
  };
}

type Numbers = number | readonly number[];

function recordPerChannel(program: ProgramBuilder, x: Region, scale: Numbers, offset: Numbers): Recorded {
  const channels = x.shape.at(-1)!;
  const each = (value: Numbers) => (typeof value === "number" ? new Array<number>(channels).fill(value) : value);
  const record = (from: Region, offsets: Numbers) => {
    const to = program.region(x.shape);
    const coefficients = recordNumbers(program, normalization, [...each(scale), ...each(offsets)]);
    program.call(normalization, "channelForward", to, from, coefficients, 0, x.size / channels, channels);
    return to;
  };
  return {
    outputs: [record(x, offset)],
    backward: ([dy]) => [x.wantsGradient ? record(dy!, 0) : undefined],
  };
}

/** Options of `rescaling`. */
export type RescalingOptions = OptionsOf<typeof Rescaling>;
/** y = x * scale + offset. See {@link Rescaling}. */
export const rescaling = (options: RescalingOptions): Rescaling => new Rescaling(options);

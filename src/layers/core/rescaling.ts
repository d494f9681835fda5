import { number, optional } from "../../base/options.js";
import { rescaling as pack } from "../../engine/kernels/packs/rescaling.generated.js";
import type { ProgramBuilder, Recorded } from "../../engine/program/program.js";
import type { Region } from "../../engine/program/region.js";
import type { Shape } from "../../engine/program/shape.js";
import { defineLayer, type OptionsOf } from "../base/layer.js";

/** y = x * scale + offset. Shapes: any, unchanged. `scale: 1 / 255` brings bytes to 0 .. 1. */
export class Rescaling extends defineLayer("Rescaling", {
  /** The factor. */
  scale: number(),
  /** Default 0. */
  offset: optional(number(), 0),
}) {
  outputShape([input]: readonly Shape[]): Shape {
    return input!;
  }

  record(program: ProgramBuilder, [x]: readonly Region[]): Recorded {
    const size = x!.size;
    const y = program.region(x!.shape);
    program.call(pack, "rescalingForward", y, x!, size, this.scale, this.offset);
    return {
      outputs: [y],
      backward: ([dy]) => {
        if (!x!.wantsGradient) return [undefined];
        const dx = program.region(x!.shape);
        program.call(pack, "rescalingBackward", dx, dy!, size, this.scale);
        return [dx];
      },
    };
  }
}

/** Options of `rescaling`. */
export type RescalingOptions = OptionsOf<typeof Rescaling>;
/** y = x * scale + offset. See {@link Rescaling}. */
export const rescaling = (options: RescalingOptions): Rescaling => new Rescaling(options);

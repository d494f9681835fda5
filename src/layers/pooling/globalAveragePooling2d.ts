import { boolean, optional } from "../../base/options.js";
import { globalPool } from "../../engine/kernels/packs/globalPool.generated.js";
import type { ProgramBuilder, Recorded } from "../../engine/program/program.js";
import type { Region } from "../../engine/program/region.js";
import type { Shape } from "../../engine/program/shape.js";
import { checkImage } from "../base/image.js";
import { defineLayer, type OptionsOf } from "../base/layer.js";

/** y[c] = mean of x[i,j,c] over all places. Shapes: (H, W, C) to (C), or (1, 1, C) with keepdims. */
export class GlobalAveragePooling2D extends defineLayer(
  "GlobalAveragePooling2D",
  {
    /** Whether height and width stay, as 1. Default false. */
    keepdims: optional(boolean(), false),
  },
  { data_format: "channels_last" },
) {
  outputShape([input]: readonly Shape[]): Shape {
    const [, , channels] = checkImage(input!);
    return this.keepdims ? [1, 1, channels] : [channels];
  }

  record(program: ProgramBuilder, [x]: readonly Region[]): Recorded {
    const [height, width, channels] = checkImage(x!.shape);
    const sizes = [height * width, channels] as const;
    const y = program.region(this.outputShape([x!.shape]));
    program.call(globalPool, "globalPoolAverageForward", y, x!, ...sizes);
    return {
      outputs: [y],
      backward([dy]) {
        if (!x!.wantsGradient) return [undefined];
        const dx = program.region(x!.shape);
        program.call(globalPool, "globalPoolAverageBackward", dx, dy!, ...sizes);
        return [dx];
      },
    };
  }
}

/** Options of `globalAveragePooling2d`. */
export type GlobalAveragePooling2DOptions = OptionsOf<typeof GlobalAveragePooling2D>;
/** y[c] = mean of x[i,j,c] over all places. See {@link GlobalAveragePooling2D}. */
export const globalAveragePooling2d = (options?: GlobalAveragePooling2DOptions): GlobalAveragePooling2D =>
  new GlobalAveragePooling2D(options);

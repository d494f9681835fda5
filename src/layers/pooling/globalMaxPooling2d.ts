import { boolean, optional } from "../../base/options.js";
import { globalPool } from "../../engine/kernels/packs/globalPool.generated.js";
import type { ProgramBuilder, Recorded } from "../../engine/program/program.js";
import type { Region } from "../../engine/program/region.js";
import type { Shape } from "../../engine/program/shape.js";
import { checkImage } from "../base/image.js";
import { defineLayer, type OptionsOf } from "../base/layer.js";

/** y[c] = max of x[i,j,c] over all places; equal ones share the gradient. Shapes: (H, W, C) to (C), or (1, 1, C) with keepdims. */
export class GlobalMaxPooling2D extends defineLayer(
  "GlobalMaxPooling2D",
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
    program.call(globalPool, "globalPoolMaxForward", y, x!, ...sizes);
    return {
      outputs: [y],
      backward([dy]) {
        if (!x!.wantsGradient) return [undefined];
        const dx = program.region(x!.shape);
        program.call(globalPool, "globalPoolMaxBackward", dx, dy!, x!, y, ...sizes);
        return [dx];
      },
    };
  }
}

/** Options of `globalMaxPooling2d`. */
export type GlobalMaxPooling2DOptions = OptionsOf<typeof GlobalMaxPooling2D>;
/** y[c] = max of x[i,j,c] over all places; equal ones share the gradient. See {@link GlobalMaxPooling2D}. */
export const globalMaxPooling2d = (options?: GlobalMaxPooling2DOptions): GlobalMaxPooling2D =>
  new GlobalMaxPooling2D(options);

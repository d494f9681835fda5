import { optional } from "../../base/options.js";
import { pad2d } from "../../engine/kernels/packs/pad2d.generated.js";
import type { ProgramBuilder, Recorded } from "../../engine/program/program.js";
import type { Region } from "../../engine/program/region.js";
import type { Shape } from "../../engine/program/shape.js";
import { checkImage } from "../base/image.js";
import { defineLayer, type OptionsOf } from "../base/layer.js";
import { type Sides, sides } from "./sides.js";

const ONE: Sides = [
  [1, 1],
  [1, 1],
];

/** Zeros around. Shapes: (H, W, C) to (H + top + bottom, W + left + right, C). */
export class ZeroPadding2D extends defineLayer(
  "ZeroPadding2D",
  {
    /** One integer for all sides, (height, width), or ((top, bottom), (left, right)). Default 1. */
    padding: optional(sides(), ONE),
  },
  { data_format: "channels_last" },
) {
  outputShape([input]: readonly Shape[]): Shape {
    const [height, width, channels] = checkImage(input!);
    const [[top, bottom], [left, right]] = this.padding;
    return [top + height + bottom, left + width + right, channels];
  }

  record(program: ProgramBuilder, [x]: readonly Region[]): Recorded {
    const y = program.region(this.outputShape([x!.shape]));
    const [height, width, channels] = checkImage(x!.shape);
    const [[top], [left]] = this.padding;
    const dims = [height, width, channels, y.shape[0]!, y.shape[1]!, top, left] as const;
    program.call(pad2d, "pad2dForward", y, x!, ...dims);
    return {
      outputs: [y],
      backward([dy]) {
        if (!x!.wantsGradient) return [undefined];
        const dx = program.region(x!.shape);
        program.call(pad2d, "pad2dBackward", dx, dy!, ...dims);
        return [dx];
      },
    };
  }
}

/** Options of `zeroPadding2d`. */
export type ZeroPadding2DOptions = OptionsOf<typeof ZeroPadding2D>;
/** Zeros around. See {@link ZeroPadding2D}. */
export const zeroPadding2d = (options?: ZeroPadding2DOptions): ZeroPadding2D => new ZeroPadding2D(options);

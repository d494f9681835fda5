import { pair } from "../../base/options.js";
import type { ProgramBuilder, Recorded } from "../../engine/program/program.js";
import type { Region } from "../../engine/program/region.js";
import type { Shape } from "../../engine/program/shape.js";
import { checkImage } from "../base/image.js";
import { defineLayer, type OptionsOf } from "../base/layer.js";
import { recordResample } from "../reshaping/recordResample.js";

/**
 * y[i,j,c] = mean of a window of x; the windows share the input out: from floor(i H / H') to ceil((i + 1) H / H'), likewise columns.
 * Shapes: (H, W, C) to (H', W', C) with the given output size.
 */
export class AdaptiveAveragePooling2D extends defineLayer(
  "AdaptiveAveragePooling2D",
  {
    /** One integer or (height, width). */
    outputSize: pair(1),
  },
  { data_format: "channels_last" },
) {
  outputShape([input]: readonly Shape[]): Shape {
    const [, , channels] = checkImage(input!);
    return [...this.outputSize, channels];
  }

  record(program: ProgramBuilder, [x]: readonly Region[]): Recorded {
    const [height, width] = this.outputSize;
    return recordResample(program, x!, { height, width, method: "adaptive", antialias: false });
  }
}

/** Options of `adaptiveAveragePooling2d`. */
export type AdaptiveAveragePooling2DOptions = OptionsOf<typeof AdaptiveAveragePooling2D>;
/**
 * y[i,j,c] = mean of a window of x; the windows share the input out: from floor(i H / H') to ceil((i + 1) H / H'), likewise
 * columns. See {@link AdaptiveAveragePooling2D}.
 */
export const adaptiveAveragePooling2d = (options: AdaptiveAveragePooling2DOptions): AdaptiveAveragePooling2D =>
  new AdaptiveAveragePooling2D(options);

import { choice, optional, pair } from "../../base/options.js";
import type { ProgramBuilder, Recorded } from "../../engine/program/program.js";
import type { Region } from "../../engine/program/region.js";
import type { Shape } from "../../engine/program/shape.js";
import { checkImage } from "../base/image.js";
import { defineLayer, type OptionsOf } from "../base/layer.js";
import { recordResample } from "./recordResample.js";
import { recordUpSample } from "./recordUpSample.js";

/**
 * An image made larger: each pixel repeated ("nearest"), or weighted sums of the neighbours of the place ((i + 1/2) / size - 1/2).
 * Shapes: (H, W, C) to (H * size, W * size, C).
 */
export class UpSampling2D extends defineLayer(
  "UpSampling2D",
  {
    /** One integer or (height, width). Default 2. */
    size: optional(pair(1), [2, 2]),
    /** Default "nearest". */
    interpolation: optional(choice("nearest", "bilinear", "bicubic", "lanczos3", "lanczos5"), "nearest"),
  },
  { data_format: "channels_last" },
) {
  outputShape([input]: readonly Shape[]): Shape {
    const [height, width, channels] = checkImage(input!);
    return [height * this.size[0], width * this.size[1], channels];
  }

  record(program: ProgramBuilder, [x]: readonly Region[]): Recorded {
    if (this.interpolation === "nearest") return recordUpSample(program, x!, this.size);
    const [height, width] = this.outputShape([x!.shape]) as readonly [number, number, number];
    return recordResample(program, x!, { height, width, method: this.interpolation, antialias: false });
  }
}

/** Options of `upSampling2d`. */
export type UpSampling2DOptions = OptionsOf<typeof UpSampling2D>;
/**
 * An image made larger: each pixel repeated ("nearest"), or weighted sums of the neighbours of the place ((i + 1/2) / size -
 * 1/2). See {@link UpSampling2D}.
 */
export const upSampling2d = (options?: UpSampling2DOptions): UpSampling2D => new UpSampling2D(options);

import { integer } from "../../base/options.js";
import type { ProgramBuilder, Recorded } from "../../engine/program/program.js";
import type { Region } from "../../engine/program/region.js";
import type { Shape } from "../../engine/program/shape.js";
import { checkImage } from "../base/image.js";
import { defineLayer, type OptionsOf } from "../base/layer.js";
import { cropToAspectRatio } from "./aspectRatio.js";
import { recordCrop } from "./recordCrop.js";
import { recordResample } from "./recordResample.js";

/**
 * The middle of an image. One that is smaller is cut to the aspect ratio and brought to the size, bilinear. Shapes: (H, W, C) to
 * (height, width, C).
 */
export class CenterCrop extends defineLayer(
  "CenterCrop",
  {
    /** Of the output. */
    height: integer(1),
    /** Of the output. */
    width: integer(1),
  },
  { data_format: "channels_last" },
) {
  outputShape([input]: readonly Shape[]): Shape {
    const [, , channels] = checkImage(input!);
    return [this.height, this.width, channels];
  }

  record(program: ProgramBuilder, [x]: readonly Region[]): Recorded {
    const [rows, columns] = checkImage(x!.shape);
    const { height, width } = this;
    if (rows >= height && columns >= width) {
      const [top, left] = [Math.trunc((rows - height) / 2), Math.trunc((columns - width) / 2)];
      return recordCrop(program, x!, { top, left, height, width });
    }
    const part = recordCrop(program, x!, cropToAspectRatio(x!.shape, this));
    const sized = recordResample(program, part.outputs[0]!, { height, width, method: "bilinear", antialias: false });
    return { outputs: sized.outputs, backward: (dys) => part.backward!(sized.backward!(dys)) };
  }
}

/** Options of `centerCrop`. */
export type CenterCropOptions = OptionsOf<typeof CenterCrop>;
/** The middle of an image. See {@link CenterCrop}. */
export const centerCrop = (options: CenterCropOptions): CenterCrop => new CenterCrop(options);

import { optional } from "../../base/options.js";
import type { ProgramBuilder, Recorded } from "../../engine/program/program.js";
import type { Region } from "../../engine/program/region.js";
import { formatShape, type Shape } from "../../engine/program/shape.js";
import { checkImage } from "../base/image.js";
import { defineLayer, type OptionsOf } from "../base/layer.js";
import { recordCrop } from "./recordCrop.js";
import { type Sides, sides } from "./sides.js";

const NONE: Sides = [
  [0, 0],
  [0, 0],
];

/** Leaves out rows and columns at the edges. Shapes: (H, W, C) to (H - top - bottom, W - left - right, C). */
export class Cropping2D extends defineLayer(
  "Cropping2D",
  {
    /** One integer for all sides, (height, width), or ((top, bottom), (left, right)). Default 0. */
    cropping: optional(sides(), NONE),
  },
  { data_format: "channels_last" },
) {
  outputShape([input]: readonly Shape[]): Shape {
    const [height, width, channels] = checkImage(input!);
    const [[top, bottom], [left, right]] = this.cropping;
    const [rows, columns] = [height - top - bottom, width - left - right];
    if (rows < 1 || columns < 1) {
      const least = [top + bottom + 1, left + right + 1];
      throw new RangeError(`expected an input of at least ${formatShape(least)}, got ${formatShape(input!)}`);
    }
    return [rows, columns, channels];
  }

  record(program: ProgramBuilder, [x]: readonly Region[]): Recorded {
    const [height, width] = this.outputShape([x!.shape]) as readonly [number, number, number];
    const [[top], [left]] = this.cropping;
    return recordCrop(program, x!, { top, left, height, width });
  }
}

/** Options of `cropping2d`. */
export type Cropping2DOptions = OptionsOf<typeof Cropping2D>;
/** Leaves out rows and columns at the edges. See {@link Cropping2D}. */
export const cropping2d = (options?: Cropping2DOptions): Cropping2D => new Cropping2D(options);

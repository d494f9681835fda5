import { optional, pair } from "../../base/options.js";
import type { ProgramBuilder, Recorded } from "../../engine/program/program.js";
import type { Region } from "../../engine/program/region.js";
import type { Shape } from "../../engine/program/shape.js";
import { recordSequence, sequenceShape } from "../base/image.js";
import { defineLayer, type OptionsOf } from "../base/layer.js";
import { ZeroPadding2D } from "./zeroPadding2d.js";

/** Zeros before and after. Shapes: (L, C) to (L + before + after, C). */
export class ZeroPadding1D extends defineLayer(
  "ZeroPadding1D",
  {
    /** One integer for both ends, or (before, after). Default 1. */
    padding: optional(pair(0), [1, 1]),
  },
  { data_format: "channels_last" },
) {
  get #image(): ZeroPadding2D {
    return new ZeroPadding2D({ padding: [this.padding, [0, 0]], name: this.name });
  }

  outputShape([input]: readonly Shape[]): Shape {
    return sequenceShape(this.#image, input!);
  }

  record(program: ProgramBuilder, [x]: readonly Region[]): Recorded {
    return recordSequence(program, this.#image, x!);
  }
}

/** Options of `zeroPadding1d`. */
export type ZeroPadding1DOptions = OptionsOf<typeof ZeroPadding1D>;
/** Zeros before and after. See {@link ZeroPadding1D}. */
export const zeroPadding1d = (options?: ZeroPadding1DOptions): ZeroPadding1D => new ZeroPadding1D(options);

import { boolean, optional } from "../../base/options.js";
import type { ProgramBuilder, Recorded } from "../../engine/program/program.js";
import type { Region } from "../../engine/program/region.js";
import type { Shape } from "../../engine/program/shape.js";
import { recordSequence, sequenceShape } from "../base/image.js";
import { defineLayer, type OptionsOf } from "../base/layer.js";
import { GlobalAveragePooling2D } from "./globalAveragePooling2d.js";

/** y[c] = mean of x[i,c] over all steps. Shapes: (L, C) to (C), or (1, C) with keepdims. */
export class GlobalAveragePooling1D extends defineLayer(
  "GlobalAveragePooling1D",
  {
    /** Whether the steps stay, as 1. Default false. */
    keepdims: optional(boolean(), false),
  },
  { data_format: "channels_last" },
) {
  get #image(): GlobalAveragePooling2D {
    return new GlobalAveragePooling2D({ keepdims: this.keepdims, name: this.name });
  }

  outputShape([input]: readonly Shape[]): Shape {
    return sequenceShape(this.#image, input!);
  }

  record(program: ProgramBuilder, [x]: readonly Region[]): Recorded {
    return recordSequence(program, this.#image, x!);
  }
}

/** Options of `globalAveragePooling1d`. */
export type GlobalAveragePooling1DOptions = OptionsOf<typeof GlobalAveragePooling1D>;
/** y[c] = mean of x[i,c] over all steps. See {@link GlobalAveragePooling1D}. */
export const globalAveragePooling1d = (options?: GlobalAveragePooling1DOptions): GlobalAveragePooling1D =>
  new GlobalAveragePooling1D(options);

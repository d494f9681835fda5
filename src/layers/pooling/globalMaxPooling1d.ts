import { boolean, optional } from "../../base/options.js";
import type { ProgramBuilder, Recorded } from "../../engine/program/program.js";
import type { Region } from "../../engine/program/region.js";
import type { Shape } from "../../engine/program/shape.js";
import { recordSequence, sequenceShape } from "../base/image.js";
import { defineLayer, type OptionsOf } from "../base/layer.js";
import { GlobalMaxPooling2D } from "./globalMaxPooling2d.js";

/** y[c] = max of x[i,c] over all steps; equal ones share the gradient. Shapes: (L, C) to (C), or (1, C) with keepdims. */
export class GlobalMaxPooling1D extends defineLayer(
  "GlobalMaxPooling1D",
  {
    /** Whether the steps stay, as 1. Default false. */
    keepdims: optional(boolean(), false),
  },
  { data_format: "channels_last" },
) {
  get #image(): GlobalMaxPooling2D {
    return new GlobalMaxPooling2D({ keepdims: this.keepdims, name: this.name });
  }

  outputShape([input]: readonly Shape[]): Shape {
    return sequenceShape(this.#image, input!);
  }

  record(program: ProgramBuilder, [x]: readonly Region[]): Recorded {
    return recordSequence(program, this.#image, x!);
  }
}

/** Options of `globalMaxPooling1d`. */
export type GlobalMaxPooling1DOptions = OptionsOf<typeof GlobalMaxPooling1D>;
/** y[c] = max of x[i,c] over all steps; equal ones share the gradient. See {@link GlobalMaxPooling1D}. */
export const globalMaxPooling1d = (options?: GlobalMaxPooling1DOptions): GlobalMaxPooling1D =>
  new GlobalMaxPooling1D(options);

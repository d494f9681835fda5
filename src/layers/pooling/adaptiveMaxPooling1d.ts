import type { ProgramBuilder, Recorded } from "../../engine/program/program.js";
import type { Region } from "../../engine/program/region.js";
import type { Shape } from "../../engine/program/shape.js";
import { recordSequence, sequenceShape } from "../base/image.js";
import { defineLayer, type OptionsOf } from "../base/layer.js";
import { single } from "../base/oneDimension.js";
import { AdaptiveMaxPooling2D } from "./adaptiveMaxPooling2d.js";

/**
 * y[i,c] = max of a window of x; the windows share the input out: from floor(i L / L') to ceil((i + 1) L / L'). Shapes: (L, C) to (L',
 * C) with the given output size.
 */
export class AdaptiveMaxPooling1D extends defineLayer(
  "AdaptiveMaxPooling1D",
  {
    /** Steps of the output. */
    outputSize: single(1),
  },
  { data_format: "channels_last" },
) {
  get #image(): AdaptiveMaxPooling2D {
    return new AdaptiveMaxPooling2D({ outputSize: [this.outputSize, 1], name: this.name });
  }

  outputShape([input]: readonly Shape[]): Shape {
    return sequenceShape(this.#image, input!);
  }

  record(program: ProgramBuilder, [x]: readonly Region[]): Recorded {
    return recordSequence(program, this.#image, x!);
  }
}

/** Options of `adaptiveMaxPooling1d`. */
export type AdaptiveMaxPooling1DOptions = OptionsOf<typeof AdaptiveMaxPooling1D>;
/**
 * y[i,c] = max of a window of x; the windows share the input out: from floor(i L / L') to ceil((i + 1) L / L'). See {@link
 * AdaptiveMaxPooling1D}.
 */
export const adaptiveMaxPooling1d = (options: AdaptiveMaxPooling1DOptions): AdaptiveMaxPooling1D =>
  new AdaptiveMaxPooling1D(options);

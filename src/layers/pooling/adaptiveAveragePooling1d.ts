import type { ProgramBuilder, Recorded } from "../../engine/program/program.js";
import type { Region } from "../../engine/program/region.js";
import type { Shape } from "../../engine/program/shape.js";
import { recordSequence, sequenceShape } from "../base/image.js";
import { defineLayer, type OptionsOf } from "../base/layer.js";
import { single } from "../base/oneDimension.js";
import { AdaptiveAveragePooling2D } from "./adaptiveAveragePooling2d.js";

/**
 * y[i,c] = mean of a window of x; the windows share the input out: from floor(i L / L') to ceil((i + 1) L / L'). Shapes: (L, C) to (L',
 * C) with the given output size.
 */
export class AdaptiveAveragePooling1D extends defineLayer(
  "AdaptiveAveragePooling1D",
  {
    /** Steps of the output. */
    outputSize: single(1),
  },
  { data_format: "channels_last" },
) {
  get #image(): AdaptiveAveragePooling2D {
    return new AdaptiveAveragePooling2D({ outputSize: [this.outputSize, 1], name: this.name });
  }

  outputShape([input]: readonly Shape[]): Shape {
    return sequenceShape(this.#image, input!);
  }

  record(program: ProgramBuilder, [x]: readonly Region[]): Recorded {
    return recordSequence(program, this.#image, x!);
  }
}

/** Options of `adaptiveAveragePooling1d`. */
export type AdaptiveAveragePooling1DOptions = OptionsOf<typeof AdaptiveAveragePooling1D>;
/**
 * y[i,c] = mean of a window of x; the windows share the input out: from floor(i L / L') to ceil((i + 1) L / L'). See {@link
 * AdaptiveAveragePooling1D}.
 */
export const adaptiveAveragePooling1d = (options: AdaptiveAveragePooling1DOptions): AdaptiveAveragePooling1D =>
  new AdaptiveAveragePooling1D(options);

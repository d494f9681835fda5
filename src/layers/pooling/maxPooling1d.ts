import { choice, optional } from "../../base/options.js";
import type { ProgramBuilder, Recorded } from "../../engine/program/program.js";
import type { Region } from "../../engine/program/region.js";
import type { Shape } from "../../engine/program/shape.js";
import { recordSequence, sequenceShape } from "../base/image.js";
import { defineLayer, type OptionsOf } from "../base/layer.js";
import { single } from "../base/oneDimension.js";
import { MaxPooling2D } from "./maxPooling2d.js";

/**
 * y[i,c] = max of the window of x at i * stride. Shapes: (L, C) to (L', C), with L' =
 * floor((L - pool) / stride) + 1 for "valid" and ceil(L / stride) for "same".
 */
export class MaxPooling1D extends defineLayer(
  "MaxPooling1D",
  {
    /** Window. Default 2. */
    poolSize: optional(single(1), 2),
    /** Default: the pool size. */
    strides: optional(single(1), ({ poolSize }): number => poolSize),
    /** Default "valid". */
    padding: optional(choice("valid", "same"), "valid"),
  },
  { data_format: "channels_last" },
) {
  get #image(): MaxPooling2D {
    return new MaxPooling2D({
      poolSize: [this.poolSize, 1],
      strides: [this.strides, 1],
      padding: this.padding,
      name: this.name,
    });
  }

  outputShape([input]: readonly Shape[]): Shape {
    return sequenceShape(this.#image, input!);
  }

  record(program: ProgramBuilder, [x]: readonly Region[]): Recorded {
    return recordSequence(program, this.#image, x!);
  }
}

/** Options of `maxPooling1d`. */
export type MaxPooling1DOptions = OptionsOf<typeof MaxPooling1D>;
/** y[i,c] = max of the window of x at i * stride. See {@link MaxPooling1D}. */
export const maxPooling1d = (options?: MaxPooling1DOptions): MaxPooling1D => new MaxPooling1D(options);

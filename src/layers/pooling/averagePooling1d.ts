import { choice, optional } from "../../base/options.js";
import type { ProgramBuilder, Recorded } from "../../engine/program/program.js";
import type { Region } from "../../engine/program/region.js";
import type { Shape } from "../../engine/program/shape.js";
import { recordSequence, sequenceShape } from "../base/image.js";
import { defineLayer, type OptionsOf } from "../base/layer.js";
import { single } from "../base/oneDimension.js";
import { AveragePooling2D } from "./averagePooling2d.js";

/**
 * y[i,c] = mean of the window of x at i * stride; what "same" adds around does not count. Shapes: (L, C) to (L', C), with L' =
 * floor((L - pool) / stride) + 1 for "valid" and ceil(L / stride) for "same".
 */
export class AveragePooling1D extends defineLayer(
  "AveragePooling1D",
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
  get #image(): AveragePooling2D {
    return new AveragePooling2D({
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

/** Options of `averagePooling1d`. */
export type AveragePooling1DOptions = OptionsOf<typeof AveragePooling1D>;
/**
 * y[i,c] = mean of the window of x at i * stride; what "same" adds around does not count. See {@link AveragePooling1D}.
 */
export const averagePooling1d = (options?: AveragePooling1DOptions): AveragePooling1D => new AveragePooling1D(options);

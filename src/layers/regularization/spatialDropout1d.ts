import { number } from "../../base/options.js";
import type { ProgramBuilder, Recorded } from "../../engine/program/program.js";
import type { Region } from "../../engine/program/region.js";
import { formatShape, type Shape } from "../../engine/program/shape.js";
import { defineLayer, type OptionsOf } from "../base/layer.js";
import { recordMasked } from "./dropout.js";
import { seed } from "./noise.js";

/** Training: dropout of whole channels: a channel of a sequence is kept or dropped with all its elements. Inference: y = x. Shapes: (steps, channels), unchanged. */
export class SpatialDropout1D extends defineLayer("SpatialDropout1D", {
  /** Share of the channels that are dropped, from 0 to 1. */
  rate: number(0, 1),
  /** Default null. Each number gives other random numbers under the same seed of the model. */
  seed: seed(),
}) {
  outputShape([input]: readonly Shape[]): Shape {
    if (input!.length !== 2)
      throw new RangeError(`expected an input of shape (steps, channels), got ${formatShape(input!)}`);
    return input!;
  }

  record(program: ProgramBuilder, [x]: readonly Region[]): Recorded {
    const { rate, seed } = this;
    if (!program.training || rate === 0) return { outputs: [x!] };
    return recordMasked(program, x!, { rate, seed, noise: [null, 1, null] });
  }
}

/** Options of `spatialDropout1d`. */
export type SpatialDropout1DOptions = OptionsOf<typeof SpatialDropout1D>;
/**
 * Training: dropout of whole channels: a channel of a sequence is kept or dropped with all its elements. See {@link
 * SpatialDropout1D}.
 */
export const spatialDropout1d = (options: SpatialDropout1DOptions): SpatialDropout1D => new SpatialDropout1D(options);

import { number } from "../../base/options.js";
import type { ProgramBuilder, Recorded } from "../../engine/program/program.js";
import type { Region } from "../../engine/program/region.js";
import { formatShape, type Shape } from "../../engine/program/shape.js";
import { defineLayer, type OptionsOf } from "../base/layer.js";
import { recordMasked } from "./dropout.js";
import { seed } from "./noise.js";

/** Training: dropout of whole channels: a channel of an image is kept or dropped with all its elements. Inference: y = x. Shapes: (H, W, C), unchanged. */
export class SpatialDropout2D extends defineLayer(
  "SpatialDropout2D",
  {
    /** Share of the channels that are dropped, from 0 to 1. */
    rate: number(0, 1),
    /** Default null. Each number gives other random numbers under the same seed of the model. */
    seed: seed(),
  },
  { data_format: "channels_last" },
) {
  outputShape([input]: readonly Shape[]): Shape {
    if (input!.length !== 3) throw new RangeError(`expected an input of shape (H, W, C), got ${formatShape(input!)}`);
    return input!;
  }

  record(program: ProgramBuilder, [x]: readonly Region[]): Recorded {
    const { rate, seed } = this;
    if (!program.training || rate === 0) return { outputs: [x!] };
    return recordMasked(program, x!, { rate, seed, noise: [null, 1, 1, null] });
  }
}

/** Options of `spatialDropout2d`. */
export type SpatialDropout2DOptions = OptionsOf<typeof SpatialDropout2D>;
/**
 * Training: dropout of whole channels: a channel of an image is kept or dropped with all its elements. See {@link
 * SpatialDropout2D}.
 */
export const spatialDropout2d = (options: SpatialDropout2DOptions): SpatialDropout2D => new SpatialDropout2D(options);

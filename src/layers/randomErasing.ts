import { nullable, optional } from "../base/options.js";
import { colour, defineAugmentation, factor, valueRange } from "./augmentation.js";
import type { OptionsOf } from "./layer.js";
import { seed } from "./noise.js";

/** Training: a rectangle of each image filled. Inference: y = x. Shapes: (H, W, C), unchanged. */
export class RandomErasing extends defineAugmentation("RandomErasing", {
  /** Bounds of the probability; f for [0, f]. Default 1. */
  factor: optional(factor(0, 1), [0, 1]),
  /** Bounds of the square of the rectangle's share of each axis. Default [0.02, 0.33]. */
  scale: optional(factor(0, 1), [0.02, 0.33]),
  /** What it is filled with: a number, three of them (red, green, blue), or null for normal noise times the greatest value. Default null. */
  fillValue: optional(nullable(colour()), null),
  /** Least and greatest value of a channel. Default [0, 255]. */
  valueRange: valueRange(),
  /** Default null. Each number gives other random numbers under the same seed of the model. */
  seed: seed(),
}) {}

/** Options of `randomErasing`. */
export type RandomErasingOptions = OptionsOf<typeof RandomErasing>;
export const randomErasing = (options: RandomErasingOptions = {}): RandomErasing => new RandomErasing(options);

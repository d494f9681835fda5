import { nullable, optional } from "../base/options.js";
import { defineAugmentation, factor, valueRange } from "./augmentation.js";
import type { OptionsOf } from "./layer.js";
import { seed } from "./noise.js";

/** Training: RandomBrightness, RandomContrast, RandomSaturation and RandomHue one after the other. Inference: y = x. Shapes: (H, W, C), unchanged. */
export class RandomColorJitter extends defineAugmentation("RandomColorJitter", {
  /** As `factor` of randomBrightness; null leaves it out. Default null. */
  brightnessFactor: optional(nullable(factor(-1, 1)), null),
  /** As `factor` of randomContrast; null leaves it out. Default null. */
  contrastFactor: optional(nullable(factor(0, 1)), null),
  /** As `factor` of randomSaturation; null leaves it out. Default null. */
  saturationFactor: optional(nullable(factor(-1, 1)), null),
  /** As `factor` of randomHue; null leaves it out. Default null. */
  hueFactor: optional(nullable(factor(0, 1)), null),
  /** Least and greatest value of a channel. Default [0, 255]. */
  valueRange: valueRange(),
  /** Default null. Each number gives other random numbers under the same seed of the model. */
  seed: seed(),
}) {}

/** Options of `randomColorJitter`. */
export type RandomColorJitterOptions = OptionsOf<typeof RandomColorJitter>;
export const randomColorJitter = (options: RandomColorJitterOptions = {}): RandomColorJitter =>
  new RandomColorJitter(options);

import { nullable, optional } from "../../base/options.js";
import type { ProgramBuilder, Recorded } from "../../engine/program/program.js";
import type { Region } from "../../engine/program/region.js";
import type { OptionsOf } from "../base/layer.js";
import { seed } from "../regularization/noise.js";
import { defineAugmentation, givenFactor, valueRange } from "./augmentation.js";
import { RandomBrightness } from "./randomBrightness.js";
import { RandomContrast } from "./randomContrast.js";
import { RandomHue } from "./randomHue.js";
import { RandomSaturation } from "./randomSaturation.js";

/** Training: RandomBrightness, RandomContrast, RandomSaturation and RandomHue one after the other. Inference: y = x. Shapes: (H, W, C), unchanged. */
export class RandomColorJitter extends defineAugmentation("RandomColorJitter", {
  /** As `factor` of randomBrightness; null leaves it out. Default null. */
  brightnessFactor: optional(nullable(givenFactor(-1, 1)), null),
  /** As `factor` of randomContrast; null leaves it out. Default null. */
  contrastFactor: optional(nullable(givenFactor(0, 1)), null),
  /** As `factor` of randomSaturation; null leaves it out. Default null. */
  saturationFactor: optional(nullable(givenFactor(-1, 1)), null),
  /** As `factor` of randomHue; null leaves it out. Default null. */
  hueFactor: optional(nullable(givenFactor(0, 1)), null),
  /** Least and greatest value of a channel. Default [0, 255]. */
  valueRange: valueRange(),
  /** Default null. Each number gives other random numbers under the same seed of the model. */
  seed: seed(),
}) {
  override augment(program: ProgramBuilder, x: Region): Recorded {
    const { name, seed, valueRange, brightnessFactor, contrastFactor, saturationFactor, hueFactor } = this;
    const given = { name, seed, valueRange };
    const parts = [
      brightnessFactor !== null && new RandomBrightness({ ...given, factor: brightnessFactor }),
      contrastFactor !== null && new RandomContrast({ ...given, factor: contrastFactor }),
      saturationFactor !== null && new RandomSaturation({ ...given, factor: saturationFactor }),
      hueFactor !== null && new RandomHue({ ...given, factor: hueFactor }),
    ];
    let y = x;
    for (const [i, part] of parts.entries()) if (part) y = part.augment(program, y, i).outputs[0]!;
    return y === x ? { outputs: [x] } : { outputs: [y], backward: () => [undefined] };
  }
}

/** Options of `randomColorJitter`. */
export type RandomColorJitterOptions = OptionsOf<typeof RandomColorJitter>;
/**
 * Training: RandomBrightness, RandomContrast, RandomSaturation and RandomHue one after the other. See {@link RandomColorJitter}.
 */
export const randomColorJitter = (options: RandomColorJitterOptions = {}): RandomColorJitter =>
  new RandomColorJitter(options);

import { optional } from "../../base/options.js";
import { tones } from "../../engine/kernels/packs/tones.generated.js";
import type { ProgramBuilder, Recorded } from "../../engine/program/program.js";
import type { Region } from "../../engine/program/region.js";
import type { OptionsOf } from "../base/layer.js";
import { seed } from "../regularization/noise.js";
import { defineAugmentation, factor, randomKeys, valueRange, withoutGradient } from "./augmentation.js";

/** Training: values from a threshold on as 255 - x, after something was added. Inference: y = x. Shapes: (H, W, C), unchanged. */
export class Solarization extends defineAugmentation("Solarization", {
  /** What is added, as a share of 255: bounds, or f for [0, f]. Default 0. */
  additionFactor: optional(factor(0, 1), [0, 0]),
  /** The threshold, likewise. Default 0. */
  thresholdFactor: optional(factor(0, 1), [0, 0]),
  /** Least and greatest value of a channel. Default [0, 255]. */
  valueRange: valueRange(),
  /** Default null. Each number gives other random numbers under the same seed of the model. */
  seed: seed(),
}) {
  override augment(program: ProgramBuilder, x: Region): Recorded {
    const y = withoutGradient(program, x, this);
    const keys = randomKeys(program, this.seed);
    const [lowAddition, highAddition] = this.additionFactor;
    const [lowThreshold, highThreshold] = this.thresholdFactor;
    // The lower ends are not scaled, as in Keras.
    const ends = [lowAddition, highAddition * 255, lowThreshold, highThreshold * 255] as const;
    program.call(tones, "tonesSolarize", y, x, ...keys, x.size, ...ends, ...this.valueRange);
    return { outputs: [y], backward: () => [undefined] };
  }
}

/** Options of `solarization`. */
export type SolarizationOptions = OptionsOf<typeof Solarization>;
/** Training: values from a threshold on as 255 - x, after something was added. See {@link Solarization}. */
export const solarization = (options: SolarizationOptions = {}): Solarization => new Solarization(options);

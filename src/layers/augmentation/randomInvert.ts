import { optional } from "../../base/options.js";
import { tones } from "../../engine/kernels/packs/tones.generated.js";
import type { ProgramBuilder, Recorded } from "../../engine/program/program.js";
import type { Region } from "../../engine/program/region.js";
import type { OptionsOf } from "../base/layer.js";
import { seed } from "../regularization/noise.js";
import { defineAugmentation, factor, randomKeys, valueRange, withoutGradient } from "./augmentation.js";

/** Training: some images as greatest value - x. Inference: y = x. Shapes: (H, W, C), unchanged. */
export class RandomInvert extends defineAugmentation("RandomInvert", {
  /** Bounds of the probability; f for [0, f]. Default 1. */
  factor: optional(factor(0, 1), [0, 1]),
  /** Least and greatest value of a channel. Default [0, 255]. */
  valueRange: valueRange(),
  /** Default null. Each number gives other random numbers under the same seed of the model. */
  seed: seed(),
}) {
  override augment(program: ProgramBuilder, x: Region): Recorded {
    const y = withoutGradient(program, x, this);
    const keys = randomKeys(program, this.seed);
    program.call(tones, "tonesInvert", y, x, ...keys, x.size, ...this.factor, this.valueRange[1]);
    return { outputs: [y], backward: () => [undefined] };
  }
}

/** Options of `randomInvert`. */
export type RandomInvertOptions = OptionsOf<typeof RandomInvert>;
/** Training: some images as greatest value - x. See {@link RandomInvert}. */
export const randomInvert = (options: RandomInvertOptions = {}): RandomInvert => new RandomInvert(options);

import { tones } from "../../engine/kernels/packs/tones.generated.js";
import type { ProgramBuilder, Recorded } from "../../engine/program/program.js";
import type { Region } from "../../engine/program/region.js";
import type { OptionsOf } from "../base/layer.js";
import { seed } from "../regularization/noise.js";
import { defineAugmentation, factor, randomKeys, valueRange, withoutGradient } from "./augmentation.js";

/** Training: only the upper bits of each value, of 8. Inference: y = x. Shapes: (H, W, C), unchanged. */
export class RandomPosterization extends defineAugmentation("RandomPosterization", {
  /** Bits that stay, from lower to upper - 1; n for [1, n]. */
  factor: factor(1, 8),
  /** Least and greatest value of a channel. Default [0, 255]. */
  valueRange: valueRange(),
  /** Default null. Each number gives other random numbers under the same seed of the model. */
  seed: seed(),
}) {
  override augment(program: ProgramBuilder, x: Region): Recorded {
    const y = withoutGradient(program, x, this);
    const keys = randomKeys(program, this.seed);
    program.call(tones, "tonesPosterize", y, x, ...keys, x.size, ...this.factor, ...this.valueRange);
    return { outputs: [y], backward: () => [undefined] };
  }
}

/** Options of `randomPosterization`. */
export type RandomPosterizationOptions = OptionsOf<typeof RandomPosterization>;
/** Training: only the upper bits of each value, of 8. See {@link RandomPosterization}. */
export const randomPosterization = (options: RandomPosterizationOptions): RandomPosterization =>
  new RandomPosterization(options);

import { contrast } from "../../engine/kernels/packs/contrast.generated.js";
import type { ProgramBuilder, Recorded } from "../../engine/program/program.js";
import type { Region } from "../../engine/program/region.js";
import type { OptionsOf } from "../base/layer.js";
import { seed } from "../regularization/noise.js";
import { defineAugmentation, factor, randomKeys, valueRange, withoutGradient } from "./augmentation.js";

/** Training: y = x + d (greatest - least value), cut off at `valueRange`. Inference: y = x. Shapes: (H, W, C), unchanged. */
export class RandomBrightness extends defineAugmentation("RandomBrightness", {
  /** d: bounds, or f for [-f, f]. */
  factor: factor(-1, 1),
  /** Least and greatest value of a channel. Default [0, 255]. */
  valueRange: valueRange(),
  /** Default null. Each number gives other random numbers under the same seed of the model. */
  seed: seed(),
}) {
  override augment(program: ProgramBuilder, x: Region, part = 0): Recorded {
    const y = withoutGradient(program, x, this);
    const keys = randomKeys(program, this.seed, part);
    program.call(contrast, "contrastBrightness", y, x, ...keys, x.size, ...this.factor, ...this.valueRange);
    return { outputs: [y], backward: () => [undefined] };
  }
}

/** Options of `randomBrightness`. */
export type RandomBrightnessOptions = OptionsOf<typeof RandomBrightness>;
/** Training: y = x + d (greatest - least value), cut off at `valueRange`. See {@link RandomBrightness}. */
export const randomBrightness = (options: RandomBrightnessOptions): RandomBrightness => new RandomBrightness(options);

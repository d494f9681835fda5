import { colour } from "../../engine/kernels/packs/colour.generated.js";
import type { ProgramBuilder, Recorded } from "../../engine/program/program.js";
import type { Region } from "../../engine/program/region.js";
import type { OptionsOf } from "../base/layer.js";
import { seed } from "../regularization/noise.js";
import { checkChannels, defineAugmentation, factor, randomKeys, valueRange, withoutGradient } from "./augmentation.js";

/** Training: y = x + d (gray - x), cut off at `valueRange`. Inference: y = x. Shapes: (H, W, 3), unchanged. */
export class RandomColorDegeneration extends defineAugmentation("RandomColorDegeneration", {
  /** d: bounds, or f for [-f, f]; 1 is gray. */
  factor: factor(-1, 1),
  /** Least and greatest value of a channel. Default [0, 255]. */
  valueRange: valueRange(),
  /** Default null. Each number gives other random numbers under the same seed of the model. */
  seed: seed(),
}) {
  override augment(program: ProgramBuilder, x: Region): Recorded {
    checkChannels(x, 3);
    const y = withoutGradient(program, x, this);
    const keys = randomKeys(program, this.seed);
    program.call(colour, "colourDegeneration", y, x, ...keys, x.size / 3, ...this.factor, ...this.valueRange);
    return { outputs: [y], backward: () => [undefined] };
  }
}

/** Options of `randomColorDegeneration`. */
export type RandomColorDegenerationOptions = OptionsOf<typeof RandomColorDegeneration>;
/** Training: y = x + d (gray - x), cut off at `valueRange`. See {@link RandomColorDegeneration}. */
export const randomColorDegeneration = (options: RandomColorDegenerationOptions): RandomColorDegeneration =>
  new RandomColorDegeneration(options);

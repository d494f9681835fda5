import { colour } from "../../engine/kernels/packs/colour.generated.js";
import type { ProgramBuilder, Recorded } from "../../engine/program/program.js";
import type { Region } from "../../engine/program/region.js";
import type { OptionsOf } from "../base/layer.js";
import { seed } from "../regularization/noise.js";
import { checkChannels, defineAugmentation, factor, randomKeys, valueRange, withoutGradient } from "./augmentation.js";

/** Training: the hue in HSV moved by d / 2 turns, either way. Inference: y = x. Shapes: (H, W, 3), unchanged. */
export class RandomHue extends defineAugmentation("RandomHue", {
  /** d: bounds, or f for [0, f]. */
  factor: factor(0, 1),
  /** Least and greatest value of a channel. Default [0, 255]. */
  valueRange: valueRange(),
  /** Default null. Each number gives other random numbers under the same seed of the model. */
  seed: seed(),
}) {
  override augment(program: ProgramBuilder, x: Region, part = 0): Recorded {
    checkChannels(x, 3);
    const y = withoutGradient(program, x, this);
    const keys = randomKeys(program, this.seed, part);
    program.call(colour, "colourHue", y, x, ...keys, x.size / 3, ...this.factor, ...this.valueRange);
    return { outputs: [y], backward: () => [undefined] };
  }
}

/** Options of `randomHue`. */
export type RandomHueOptions = OptionsOf<typeof RandomHue>;
/** Training: the hue in HSV moved by d / 2 turns, either way. See {@link RandomHue}. */
export const randomHue = (options: RandomHueOptions): RandomHue => new RandomHue(options);

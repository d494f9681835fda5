import { colour } from "../../engine/kernels/packs/colour.generated.js";
import type { ProgramBuilder, Recorded } from "../../engine/program/program.js";
import type { Region } from "../../engine/program/region.js";
import type { OptionsOf } from "../base/layer.js";
import { seed } from "../regularization/noise.js";
import { checkChannels, defineAugmentation, factor, randomKeys, valueRange, withoutGradient } from "./augmentation.js";

/** Training: the saturation S in HSV becomes S d / (1 - d), so that 0.5 changes nothing. Inference: y = x. Shapes: (H, W, 3), unchanged. */
export class RandomSaturation extends defineAugmentation("RandomSaturation", {
  /** d: bounds, or f for [-f, f]; 0 is gray, 0.5 no change. */
  factor: factor(-1, 1),
  /** Least and greatest value of a channel. Default [0, 255]. */
  valueRange: valueRange(),
  /** Default null. Each number gives other random numbers under the same seed of the model. */
  seed: seed(),
}) {
  override augment(program: ProgramBuilder, x: Region, part = 0): Recorded {
    checkChannels(x, 3);
    const y = withoutGradient(program, x, this);
    const keys = randomKeys(program, this.seed, part);
    program.call(colour, "colourSaturation", y, x, ...keys, x.size / 3, ...this.factor, ...this.valueRange);
    return { outputs: [y], backward: () => [undefined] };
  }
}

/** Options of `randomSaturation`. */
export type RandomSaturationOptions = OptionsOf<typeof RandomSaturation>;
/**
 * Training: the saturation S in HSV becomes S d / (1 - d), so that 0.5 changes nothing. See {@link RandomSaturation}.
 */
export const randomSaturation = (options: RandomSaturationOptions): RandomSaturation => new RandomSaturation(options);

import { number, optional } from "../../base/options.js";
import { colour } from "../../engine/kernels/packs/colour.generated.js";
import type { ProgramBuilder, Recorded } from "../../engine/program/program.js";
import type { Region } from "../../engine/program/region.js";
import type { OptionsOf } from "../base/layer.js";
import { seed } from "../regularization/noise.js";
import { checkChannels, defineAugmentation, randomKeys, withoutGradient } from "./augmentation.js";

/** Training: a share of the images gray, 0.2989 red + 0.587 green + 0.114 blue in all channels. Inference: y = x. Shapes: (H, W, 3), unchanged. */
export class RandomGrayscale extends defineAugmentation("RandomGrayscale", {
  /** That share, from 0 to 1. Default 0.5. */
  factor: optional(number(0, 1), 0.5),
  /** Default null. Each number gives other random numbers under the same seed of the model. */
  seed: seed(),
}) {
  override augment(program: ProgramBuilder, x: Region): Recorded {
    checkChannels(x, 1, 3);
    if (x.shape[2] === 1) return { outputs: [x] };
    const y = withoutGradient(program, x, this);
    const keys = randomKeys(program, this.seed);
    program.call(colour, "colourGrayscale", y, x, ...keys, x.size / 3, this.factor);
    return { outputs: [y], backward: () => [undefined] };
  }
}

/** Options of `randomGrayscale`. */
export type RandomGrayscaleOptions = OptionsOf<typeof RandomGrayscale>;
/**
 * Training: a share of the images gray, 0.2989 red + 0.587 green + 0.114 blue in all channels. See {@link RandomGrayscale}.
 */
export const randomGrayscale = (options: RandomGrayscaleOptions = {}): RandomGrayscale => new RandomGrayscale(options);

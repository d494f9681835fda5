import { choice, optional } from "../../base/options.js";
import { randomFlip as pack } from "../../engine/kernels/packs/randomFlip.generated.js";
import type { ProgramBuilder, Recorded } from "../../engine/program/program.js";
import type { Region } from "../../engine/program/region.js";
import type { OptionsOf } from "../base/layer.js";
import { seed } from "../regularization/noise.js";
import { defineAugmentation, randomKeys } from "./augmentation.js";

const MODES = { horizontal: 1, vertical: 2, horizontal_and_vertical: 3 };

/** Training: one half of the images mirrored, along both axes at once with "horizontal_and_vertical". Inference: y = x. Shapes: (H, W, C), unchanged. */
export class RandomFlip extends defineAugmentation("RandomFlip", {
  /** Along which axes. Default "horizontal_and_vertical". */
  mode: optional(choice("horizontal", "vertical", "horizontal_and_vertical"), "horizontal_and_vertical"),
  /** Default null. Each number gives other random numbers under the same seed of the model. */
  seed: seed(),
}) {
  override augment(program: ProgramBuilder, x: Region): Recorded {
    const dims = [...x.shape, MODES[this.mode]] as unknown as [number, number, number, number];
    const keys = randomKeys(program, this.seed);
    const y = program.region(x.shape);
    program.call(pack, "randomFlipForward", y, x, ...keys, ...dims);
    return {
      outputs: [y],
      backward([dy]) {
        if (!x.wantsGradient) return [undefined];
        const dx = program.region(x.shape);
        program.call(pack, "randomFlipForward", dx, dy!, ...keys, ...dims);
        return [dx];
      },
    };
  }
}

/** Options of `randomFlip`. */
export type RandomFlipOptions = OptionsOf<typeof RandomFlip>;
/**
 * Training: one half of the images mirrored, along both axes at once with "horizontal_and_vertical". See {@link RandomFlip}.
 */
export const randomFlip = (options: RandomFlipOptions = {}): RandomFlip => new RandomFlip(options);

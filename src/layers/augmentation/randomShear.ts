import { optional } from "../../base/options.js";
import { affine } from "../../engine/kernels/packs/affine.generated.js";
import type { ProgramBuilder, Recorded } from "../../engine/program/program.js";
import type { Region } from "../../engine/program/region.js";
import type { OptionsOf } from "../base/layer.js";
import { seed } from "../regularization/noise.js";
import { recordAffine } from "./affineAugmentation.js";
import { defineAugmentation, factor, fillMode, fillValue, interpolation, randomKeys } from "./augmentation.js";

/** Training: each image slanted: x + s y, y + t x. Inference: y = x. Shapes: (H, W, C), unchanged. */
export class RandomShear extends defineAugmentation("RandomShear", {
  /** s: bounds, or f for [-f, f]; its sign changes at random. Default 0. */
  xFactor: optional(factor(-1, 1), [0, 0]),
  /** t, likewise. Default 0. */
  yFactor: optional(factor(-1, 1), [0, 0]),
  /** How a place between pixels is read. Default "bilinear". */
  interpolation: interpolation(),
  /** What lies outside of the image: "reflect" dcba|abcd|dcba, "constant", "wrap" abcd|abcd, "nearest" aaaa|abcd. Default "reflect". */
  fillMode: fillMode(),
  /** What lies outside with fillMode "constant". Default 0. */
  fillValue: fillValue(),
  /** Default null. Each number gives other random numbers under the same seed of the model. */
  seed: seed(),
}) {
  override augment(program: ProgramBuilder, x: Region): Recorded {
    return recordAffine(program, x, this, (maps) => {
      const keys = randomKeys(program, this.seed);
      program.call(affine, "affineShear", maps, ...keys, ...this.xFactor, ...this.yFactor);
    });
  }
}

/** Options of `randomShear`. */
export type RandomShearOptions = OptionsOf<typeof RandomShear>;
/** Training: each image slanted: x + s y, y + t x. See {@link RandomShear}. */
export const randomShear = (options: RandomShearOptions = {}): RandomShear => new RandomShear(options);

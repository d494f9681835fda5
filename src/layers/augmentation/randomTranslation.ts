import { affine } from "../../engine/kernels/packs/affine.generated.js";
import type { ProgramBuilder, Recorded } from "../../engine/program/program.js";
import type { Region } from "../../engine/program/region.js";
import type { OptionsOf } from "../base/layer.js";
import { seed } from "../regularization/noise.js";
import { recordAffine } from "./affineAugmentation.js";
import { bounds, defineAugmentation, fillMode, fillValue, interpolation, randomKeys, share } from "./augmentation.js";

/** Training: each image moved by shares of its size. Inference: y = x. Shapes: (H, W, C), unchanged. */
export class RandomTranslation extends defineAugmentation("RandomTranslation", {
  /** How far down, as a share of the height: bounds, or f for [-f, f]; each from -1 to 1. */
  heightFactor: share(-1, 1),
  /** Likewise to the right, of the width. */
  widthFactor: share(-1, 1),
  /** What lies outside of the image: "reflect" dcba|abcd|dcba, "constant", "wrap" abcd|abcd, "nearest" aaaa|abcd. Default "reflect". */
  fillMode: fillMode(),
  /** How a place between pixels is read. Default "bilinear". */
  interpolation: interpolation(),
  /** Default null. Each number gives other random numbers under the same seed of the model. */
  seed: seed(),
  /** What lies outside with fillMode "constant". Default 0. */
  fillValue: fillValue(),
}) {
  override augment(program: ProgramBuilder, x: Region): Recorded {
    const [height, width] = x.shape as readonly [number, number];
    return recordAffine(program, x, this, (maps) => {
      const keys = randomKeys(program, this.seed);
      const ends = [...bounds(this.heightFactor), ...bounds(this.widthFactor)] as const;
      program.call(affine, "affineTranslation", maps, ...keys, height, width, ...ends);
    });
  }
}

/** Options of `randomTranslation`. */
export type RandomTranslationOptions = OptionsOf<typeof RandomTranslation>;
/** Training: each image moved by shares of its size. See {@link RandomTranslation}. */
export const randomTranslation = (options: RandomTranslationOptions): RandomTranslation =>
  new RandomTranslation(options);

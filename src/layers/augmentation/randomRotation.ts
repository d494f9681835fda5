import { affine } from "../../engine/kernels/packs/affine.generated.js";
import type { ProgramBuilder, Recorded } from "../../engine/program/program.js";
import type { Region } from "../../engine/program/region.js";
import type { OptionsOf } from "../base/layer.js";
import { seed } from "../regularization/noise.js";
import { recordAffine } from "./affineAugmentation.js";
import { defineAugmentation, factor, fillMode, fillValue, interpolation, randomKeys } from "./augmentation.js";

/** Training: each image turned about its centre, counterclockwise for positive angles. Inference: y = x. Shapes: (H, W, C), unchanged. */
export class RandomRotation extends defineAugmentation("RandomRotation", {
  /** The angle as a share of a full turn: bounds, or f for [-f, f]. */
  factor: factor(-1, 1),
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
      program.call(affine, "affineRotation", maps, ...keys, height, width, ...this.factor);
    });
  }
}

/** Options of `randomRotation`. */
export type RandomRotationOptions = OptionsOf<typeof RandomRotation>;
/** Training: each image turned about its centre, counterclockwise for positive angles. See {@link RandomRotation}. */
export const randomRotation = (options: RandomRotationOptions): RandomRotation => new RandomRotation(options);

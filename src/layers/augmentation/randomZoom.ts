import { nullable, optional } from "../../base/options.js";
import { affine } from "../../engine/kernels/packs/affine.generated.js";
import type { ProgramBuilder, Recorded } from "../../engine/program/program.js";
import type { Region } from "../../engine/program/region.js";
import type { OptionsOf } from "../base/layer.js";
import { seed } from "../regularization/noise.js";
import { recordAffine } from "./affineAugmentation.js";
import { bounds, defineAugmentation, fillMode, fillValue, interpolation, randomKeys, share } from "./augmentation.js";

/** Training: each image larger or smaller, about its centre. Inference: y = x. Shapes: (H, W, C), unchanged. */
export class RandomZoom extends defineAugmentation("RandomZoom", {
  /** How much more of the height is seen: 0.2 is 20 % more (smaller), -0.2 less; bounds, or f for [-f, f]; each above -1, at most 1. */
  heightFactor: share(-0.999999, 1),
  /** Likewise of the width; null: the same number as for the height. Default null. */
  widthFactor: optional(nullable(share(-0.999999, 1)), null),
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
      const ends = [...bounds(this.heightFactor), ...bounds(this.widthFactor ?? 0)] as const;
      const isSame = this.widthFactor === null ? 1 : 0;
      program.call(affine, "affineZoom", maps, ...keys, height, width, ...ends, isSame);
    });
  }
}

/** Options of `randomZoom`. */
export type RandomZoomOptions = OptionsOf<typeof RandomZoom>;
/** Training: each image larger or smaller, about its centre. See {@link RandomZoom}. */
export const randomZoom = (options: RandomZoomOptions): RandomZoom => new RandomZoom(options);

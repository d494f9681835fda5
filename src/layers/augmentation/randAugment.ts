import { integer, optional } from "../../base/options.js";
import type { OptionsOf } from "../base/layer.js";
import { seed } from "../regularization/noise.js";
import { defineAugmentation, factor, interpolation, valueRange } from "./augmentation.js";

/** Works at inference only, as the identity: so that files with it load. Shapes: (H, W, C), unchanged. */
export class RandAugment extends defineAugmentation("RandAugment", {
  /** Least and greatest value of a channel. Default [0, 255]. */
  valueRange: valueRange(),
  /** Operations an image. Default 2. */
  numOps: optional(integer(1), 2),
  /** Bounds of their strength; f for [0, f]. Default 0.5. */
  factor: optional(factor(0, 1), [0, 0.5]),
  /** How a place between pixels is read. Default "bilinear". */
  interpolation: interpolation(),
  /** Default null. Each number gives other random numbers under the same seed of the model. */
  seed: seed(),
}) {}

/** Options of `randAugment`. */
export type RandAugmentOptions = OptionsOf<typeof RandAugment>;
/** Works at inference only, as the identity: so that files with it load. See {@link RandAugment}. */
export const randAugment = (options: RandAugmentOptions = {}): RandAugment => new RandAugment(options);

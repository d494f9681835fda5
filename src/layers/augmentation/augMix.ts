import { boolean, integer, number, optional } from "../../base/options.js";
import type { OptionsOf } from "../base/layer.js";
import { seed } from "../regularization/noise.js";
import { defineAugmentation, factor, interpolation, valueRange } from "./augmentation.js";

/** Works at inference only, as the identity: so that files with it load. Shapes: (H, W, C), unchanged. */
export class AugMix extends defineAugmentation("AugMix", {
  /** Least and greatest value of a channel. Default [0, 255]. */
  valueRange: valueRange(),
  /** Chains that are mixed. Default 3. */
  numChains: optional(integer(1), 3),
  /** Operations a chain, at most. Default 3. */
  chainDepth: optional(integer(1), 3),
  /** Bounds of their strength; f for [0, f]. Default 0.3. */
  factor: optional(factor(0, 1), [0, 0.3]),
  /** Of the distribution of the weights. Default 1. */
  alpha: optional(number(0), 1),
  /** Whether operations on colours are among them. Default true. */
  allOps: optional(boolean(), true),
  /** How a place between pixels is read. Default "bilinear". */
  interpolation: interpolation(),
  /** Default null. Each number gives other random numbers under the same seed of the model. */
  seed: seed(),
}) {}

/** Options of `augMix`. */
export type AugMixOptions = OptionsOf<typeof AugMix>;
/** Works at inference only, as the identity: so that files with it load. See {@link AugMix}. */
export const augMix = (options: AugMixOptions = {}): AugMix => new AugMix(options);

import { optional } from "../../base/options.js";
import type { OptionsOf } from "../base/layer.js";
import { seed } from "../regularization/noise.js";
import { defineAugmentation, factor } from "./augmentation.js";

/** Works at inference only, as the identity: so that files with it load. Shapes: (H, W, C), unchanged. */
export class CutMix extends defineAugmentation("CutMix", {
  /** Of the distribution of the shares; f for [0, f]. Default 1. */
  factor: optional(factor(0, 1), [0, 1]),
  /** Default null. Each number gives other random numbers under the same seed of the model. */
  seed: seed(),
}) {}

/** Options of `cutMix`. */
export type CutMixOptions = OptionsOf<typeof CutMix>;
/** Works at inference only, as the identity: so that files with it load. See {@link CutMix}. */
export const cutMix = (options: CutMixOptions = {}): CutMix => new CutMix(options);

import { number, optional } from "../../base/options.js";
import type { OptionsOf } from "../base/layer.js";
import { seed } from "../regularization/noise.js";
import { defineAugmentation } from "./augmentation.js";

/** Works at inference only, as the identity: so that files with it load. Shapes: (H, W, C), unchanged. */
export class MixUp extends defineAugmentation("MixUp", {
  /** Of the distribution of the weights. Default 0.2. */
  alpha: optional(number(0), 0.2),
  /** Default null. Each number gives other random numbers under the same seed of the model. */
  seed: seed(),
}) {}

/** Options of `mixUp`. */
export type MixUpOptions = OptionsOf<typeof MixUp>;
/** Works at inference only, as the identity: so that files with it load. See {@link MixUp}. */
export const mixUp = (options: MixUpOptions = {}): MixUp => new MixUp(options);

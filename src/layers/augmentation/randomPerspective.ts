import { number, optional } from "../../base/options.js";
import type { OptionsOf } from "../base/layer.js";
import { seed } from "../regularization/noise.js";
import { defineAugmentation, factor, fillValue, interpolation } from "./augmentation.js";

/** Works at inference only, as the identity: so that files with it load. Shapes: (H, W, C), unchanged. */
export class RandomPerspective extends defineAugmentation("RandomPerspective", {
  /** Bounds of the probability; f for [0, f]. Default 1. */
  factor: optional(factor(0, 1), [0, 1]),
  /** How far the corners move. Default 1. */
  scale: optional(number(0, 1), 1),
  /** How a place between pixels is read. Default "bilinear". */
  interpolation: interpolation(),
  /** What lies outside with fillMode "constant". Default 0. */
  fillValue: fillValue(),
  /** Default null. Each number gives other random numbers under the same seed of the model. */
  seed: seed(),
}) {}

/** Options of `randomPerspective`. */
export type RandomPerspectiveOptions = OptionsOf<typeof RandomPerspective>;
/** Works at inference only, as the identity: so that files with it load. See {@link RandomPerspective}. */
export const randomPerspective = (options: RandomPerspectiveOptions = {}): RandomPerspective =>
  new RandomPerspective(options);

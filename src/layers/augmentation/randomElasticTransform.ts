import { optional } from "../../base/options.js";
import type { OptionsOf } from "../base/layer.js";
import { seed } from "../regularization/noise.js";
import { defineAugmentation, factor, fillMode, fillValue, interpolation, valueRange } from "./augmentation.js";

/** Works at inference only, as the identity: so that files with it load. Shapes: (H, W, C), unchanged. */
export class RandomElasticTransform extends defineAugmentation("RandomElasticTransform", {
  /** Bounds of the probability; f for [0, f]. Default 1. */
  factor: optional(factor(0, 1), [0, 1]),
  /** Bounds of the strength; f for [0, f]. Default 1. */
  scale: optional(factor(0, 1), [0, 1]),
  /** How a place between pixels is read. Default "bilinear". */
  interpolation: interpolation(),
  /** What lies outside of the image: "reflect" dcba|abcd|dcba, "constant", "wrap" abcd|abcd, "nearest" aaaa|abcd. Default "reflect". */
  fillMode: fillMode(),
  /** What lies outside with fillMode "constant". Default 0. */
  fillValue: fillValue(),
  /** Least and greatest value of a channel. Default [0, 255]. */
  valueRange: valueRange(),
  /** Default null. Each number gives other random numbers under the same seed of the model. */
  seed: seed(),
}) {}

/** Options of `randomElasticTransform`. */
export type RandomElasticTransformOptions = OptionsOf<typeof RandomElasticTransform>;
/** Works at inference only, as the identity: so that files with it load. See {@link RandomElasticTransform}. */
export const randomElasticTransform = (options: RandomElasticTransformOptions = {}): RandomElasticTransform =>
  new RandomElasticTransform(options);

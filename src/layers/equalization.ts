import { integer, optional } from "../base/options.js";
import { defineAugmentation, valueRange } from "./augmentation.js";
import type { OptionsOf } from "./layer.js";

/** Training: each channel's values so that all are about as frequent. Inference: y = x. Shapes: (H, W, C), unchanged. */
export class Equalization extends defineAugmentation("Equalization", {
  /** Of the histogram. Default 256. */
  bins: optional(integer(1), 256),
  /** Least and greatest value of a channel. Default [0, 255]. */
  valueRange: valueRange(),
}) {}

/** Options of `equalization`. */
export type EqualizationOptions = OptionsOf<typeof Equalization>;
export const equalization = (options: EqualizationOptions = {}): Equalization => new Equalization(options);

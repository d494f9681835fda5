import { integer, optional } from "../../base/options.js";
import { histogram } from "../../engine/kernels/packs/histogram.generated.js";
import type { ProgramBuilder, Recorded } from "../../engine/program/program.js";
import type { Region } from "../../engine/program/region.js";
import type { OptionsOf } from "../base/layer.js";
import { defineAugmentation, valueRange, withoutGradient } from "./augmentation.js";

/** Training: each channel's values so that all are about as frequent, by a histogram of each image. Inference: y = x. Shapes: (H, W, C), unchanged. */
export class Equalization extends defineAugmentation("Equalization", {
  /** Of the histogram. Default 256. */
  bins: optional(integer(1), 256),
  /** Least and greatest value of a channel. Default [0, 255]. */
  valueRange: valueRange(),
}) {
  override augment(program: ProgramBuilder, x: Region): Recorded {
    const y = withoutGradient(program, x, this);
    const [height, width, channels] = x.shape as readonly [number, number, number];
    const dims = [height * width, channels, this.bins, ...this.valueRange] as const;
    program.call(histogram, "histogramEqualize", y, x, program.scratch(this.bins), ...dims);
    return { outputs: [y], backward: () => [undefined] };
  }
}

/** Options of `equalization`. */
export type EqualizationOptions = OptionsOf<typeof Equalization>;
/**
 * Training: each channel's values so that all are about as frequent, by a histogram of each image. See {@link Equalization}.
 */
export const equalization = (options: EqualizationOptions = {}): Equalization => new Equalization(options);

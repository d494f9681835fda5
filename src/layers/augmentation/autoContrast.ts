import { histogram } from "../../engine/kernels/packs/histogram.generated.js";
import type { ProgramBuilder, Recorded } from "../../engine/program/program.js";
import type { Region } from "../../engine/program/region.js";
import type { OptionsOf } from "../base/layer.js";
import { defineAugmentation, valueRange, withoutGradient } from "./augmentation.js";

/**
 * Each channel of an image stretched, so that its least and greatest value are those of `valueRange`; a channel of one value stays.
 * In training and at inference alike, as in Keras. Shapes: (H, W, C), unchanged.
 */
export class AutoContrast extends defineAugmentation("AutoContrast", {
  /** Least and greatest value of a channel. Default [0, 255]. */
  valueRange: valueRange(),
}) {
  /** The same in training and at inference. */
  override record(program: ProgramBuilder, [x]: readonly Region[]): Recorded {
    const y = program.learns ? withoutGradient(program, x!, this) : program.region(x!.shape);
    const [height, width, channels] = x!.shape as readonly [number, number, number];
    program.call(histogram, "histogramAutoContrast", y, x!, height * width, channels, ...this.valueRange);
    return { outputs: [y], backward: () => [undefined] };
  }
}

/** Options of `autoContrast`. */
export type AutoContrastOptions = OptionsOf<typeof AutoContrast>;
/**
 * Each channel of an image stretched, so that its least and greatest value are those of `valueRange`; a channel of one value
 * stays. See {@link AutoContrast}.
 */
export const autoContrast = (options: AutoContrastOptions = {}): AutoContrast => new AutoContrast(options);

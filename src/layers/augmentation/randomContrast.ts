import { contrast } from "../../engine/kernels/packs/contrast.generated.js";
import type { ProgramBuilder, Recorded } from "../../engine/program/program.js";
import type { Region } from "../../engine/program/region.js";
import type { OptionsOf } from "../base/layer.js";
import { seed } from "../regularization/noise.js";
import { defineAugmentation, factor, randomKeys, valueRange, withoutGradient } from "./augmentation.js";

/** Training: y = (x - mean) f + mean with the mean of each channel, cut off at `valueRange`. Inference: y = x. Shapes: (H, W, C), unchanged. */
export class RandomContrast extends defineAugmentation("RandomContrast", {
  /** f lies from 1 - lower to 1 + upper: [lower, upper], or u for [0, u]. */
  factor: factor(0, 1),
  /** Least and greatest value of a channel. Default [0, 255]. */
  valueRange: valueRange(),
  /** Default null. Each number gives other random numbers under the same seed of the model. */
  seed: seed(),
}) {
  override augment(program: ProgramBuilder, x: Region, part = 0): Recorded {
    const y = withoutGradient(program, x, this);
    const keys = randomKeys(program, this.seed, part);
    const [height, width, channels] = x.shape as readonly [number, number, number];
    const [lower, upper] = this.factor;
    const ends = [1 - lower, 1 + upper, ...this.valueRange] as const;
    program.call(
      contrast,
      "contrastForward",
      y,
      x,
      program.scratch(channels),
      ...keys,
      height * width,
      channels,
      ...ends,
    );
    return { outputs: [y], backward: () => [undefined] };
  }
}

/** Options of `randomContrast`. */
export type RandomContrastOptions = OptionsOf<typeof RandomContrast>;
/**
 * Training: y = (x - mean) f + mean with the mean of each channel, cut off at `valueRange`. See {@link RandomContrast}.
 */
export const randomContrast = (options: RandomContrastOptions): RandomContrast => new RandomContrast(options);

import { show } from "../../base/check.js";
import { optional, pair } from "../../base/options.js";
import { smooth } from "../../engine/kernels/packs/smooth.generated.js";
import type { ProgramBuilder, Recorded } from "../../engine/program/program.js";
import type { Region } from "../../engine/program/region.js";
import type { OptionsOf } from "../base/layer.js";
import { seed } from "../regularization/noise.js";
import { defineAugmentation, factor, randomKeys, valueRange, withoutGradient } from "./augmentation.js";

/**
 * Training: some images blurred by a Gaussian, 0 around them; cut off at `valueRange`. Where width and height of the Gaussian differ,
 * Keras has its weights in a wrong order; here they are right. Inference: y = x. Shapes: (H, W, C), unchanged.
 */
export class RandomGaussianBlur extends defineAugmentation("RandomGaussianBlur", {
  /** Bounds of the probability; f for [0, f]. Default 1. */
  factor: optional(factor(0, 1), [0, 1]),
  /** Width and height of the Gaussian, odd numbers. Default 3. */
  kernelSize: optional(pair(1), [3, 3]),
  /** Bounds of its standard deviation in pixels; s for [0, s]. Default 1. */
  sigma: optional(factor(0, 1), [0, 1]),
  /** Least and greatest value of a channel. Default [0, 255]. */
  valueRange: valueRange(),
  /** Default null. Each number gives other random numbers under the same seed of the model. */
  seed: seed(),
}) {
  protected override validate(): void {
    if (this.kernelSize.some((size) => size % 2 === 0)) {
      throw new RangeError(`randomGaussianBlur.kernelSize: expected odd numbers, got ${show(this.kernelSize)}`);
    }
  }

  override augment(program: ProgramBuilder, x: Region): Recorded {
    const y = withoutGradient(program, x, this);
    const keys = randomKeys(program, this.seed);
    const [height, width, channels] = x.shape as readonly [number, number, number];
    const [columns, rows] = this.kernelSize;
    const room = [program.scratch(x.size), program.scratch(Math.max(columns, rows))] as const;
    const dims = [height, width, channels, columns, rows] as const;
    const ends = [...this.factor, ...this.sigma, ...this.valueRange] as const;
    program.call(smooth, "smoothGaussian", y, x, ...room, ...keys, ...dims, ...ends);
    return { outputs: [y], backward: () => [undefined] };
  }
}

/** Options of `randomGaussianBlur`. */
export type RandomGaussianBlurOptions = OptionsOf<typeof RandomGaussianBlur>;
/**
 * Training: some images blurred by a Gaussian, 0 around them; cut off at `valueRange`. See {@link RandomGaussianBlur}.
 */
export const randomGaussianBlur = (options: RandomGaussianBlurOptions = {}): RandomGaussianBlur =>
  new RandomGaussianBlur(options);

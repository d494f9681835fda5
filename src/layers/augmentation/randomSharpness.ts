import { smooth } from "../../engine/kernels/packs/smooth.generated.js";
import type { ProgramBuilder, Recorded } from "../../engine/program/program.js";
import type { Region } from "../../engine/program/region.js";
import type { OptionsOf } from "../base/layer.js";
import { seed } from "../regularization/noise.js";
import { defineAugmentation, factor, randomKeys, valueRange, withoutGradient } from "./augmentation.js";

/** Training: y = x + (1 - 2 d) (smoothed - x), cut off at `valueRange`. Inference: y = x. Shapes: (H, W, C), unchanged. */
export class RandomSharpness extends defineAugmentation("RandomSharpness", {
  /** d: bounds, or f for [0, f]; 0 is smooth, 0.5 no change. */
  factor: factor(0, 1),
  /** Least and greatest value of a channel. Default [0, 255]. */
  valueRange: valueRange(),
  /** Default null. Each number gives other random numbers under the same seed of the model. */
  seed: seed(),
}) {
  override augment(program: ProgramBuilder, x: Region): Recorded {
    const y = withoutGradient(program, x, this);
    const keys = randomKeys(program, this.seed);
    const [height, width, channels] = x.shape as readonly [number, number, number];
    const ends = [...this.factor, ...this.valueRange] as const;
    program.call(smooth, "smoothSharpness", y, x, ...keys, height, width, channels, ...ends);
    return { outputs: [y], backward: () => [undefined] };
  }
}

/** Options of `randomSharpness`. */
export type RandomSharpnessOptions = OptionsOf<typeof RandomSharpness>;
/** Training: y = x + (1 - 2 d) (smoothed - x), cut off at `valueRange`. See {@link RandomSharpness}. */
export const randomSharpness = (options: RandomSharpnessOptions): RandomSharpness => new RandomSharpness(options);

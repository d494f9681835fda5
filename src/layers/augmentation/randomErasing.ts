import { nullable, optional } from "../../base/options.js";
import { randomErasing as pack } from "../../engine/kernels/packs/randomErasing.generated.js";
import type { ProgramBuilder, Recorded } from "../../engine/program/program.js";
import type { Region } from "../../engine/program/region.js";
import type { OptionsOf } from "../base/layer.js";
import { seed } from "../regularization/noise.js";
import {
  checkChannels,
  colour,
  defineAugmentation,
  factor,
  randomKeys,
  valueRange,
  withoutGradient,
} from "./augmentation.js";

/** Training: a rectangle of each image filled. Inference: y = x. Shapes: (H, W, C), unchanged. */
export class RandomErasing extends defineAugmentation("RandomErasing", {
  /** Bounds of the probability; f for [0, f]. Default 1. */
  factor: optional(factor(0, 1), [0, 1]),
  /** Bounds of the square of the rectangle's share of each axis. Default [0.02, 0.33]. */
  scale: optional(factor(0, 1), [0.02, 0.33]),
  /** What it is filled with: a number, three of them (red, green, blue), or null for normal noise times the greatest value. Default null. */
  fillValue: optional(nullable(colour()), null),
  /** Least and greatest value of a channel. Default [0, 255]. */
  valueRange: valueRange(),
  /** Default null. Each number gives other random numbers under the same seed of the model. */
  seed: seed(),
}) {
  override augment(program: ProgramBuilder, x: Region): Recorded {
    const y = withoutGradient(program, x, this);
    const keys = randomKeys(program, this.seed);
    const fill = this.fillValue;
    if (fill !== null && typeof fill !== "number") checkChannels(x, 3);
    const [red, green, blue] = fill === null ? [0, 0, 0] : typeof fill === "number" ? [fill, fill, fill] : fill;
    const colour = [fill === null ? 1 : 0, red!, green!, blue!] as const;
    const [height, width, channels] = x.shape as readonly [number, number, number];
    const ends = [...this.factor, ...this.scale, ...this.valueRange] as const;
    program.call(pack, "randomErasingForward", y, x, ...keys, height, width, channels, ...colour, ...ends);
    return { outputs: [y], backward: () => [undefined] };
  }
}

/** Options of `randomErasing`. */
export type RandomErasingOptions = OptionsOf<typeof RandomErasing>;
/** Training: a rectangle of each image filled. See {@link RandomErasing}. */
export const randomErasing = (options: RandomErasingOptions = {}): RandomErasing => new RandomErasing(options);

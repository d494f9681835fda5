import { nullable, number, optional } from "../../base/options.js";
import { rescaling } from "../../engine/kernels/packs/rescaling.generated.js";
import type { ProgramBuilder, Recorded } from "../../engine/program/program.js";
import type { Region } from "../../engine/program/region.js";
import type { Shape } from "../../engine/program/shape.js";
import { defineLayer, type OptionsOf } from "../base/layer.js";
import { mergePairs, multiplied, sum } from "../merging/merge.js";
import { maskOf, noiseShape, sampleNoiseShape, seed } from "./noise.js";

/** What selu tends to far below 0: -1.0507 * 1.6733. */
const DROPPED = -1.7580993408473766;

/**
 * Training: y = a x + b for a random share 1 - rate of the elements, a d + b for the others, d = -1.7581, with a and b such that mean
 * and variance stay: for networks of selu. Inference: y = x. Shapes: any, unchanged.
 */
export class AlphaDropout extends defineLayer("AlphaDropout", {
  /** Share of the elements that are dropped, from 0 to below 1. */
  rate: number(0, 1),
  /** Sizes of the mask, the batch's first; null for the input's, 1 where all elements of an axis go together. Default null. */
  noiseShape: optional(nullable(noiseShape()), null),
  /** Default null. Each number gives other random numbers under the same seed of the model. */
  seed: seed(),
}) {
  protected override validate(): void {
    if (this.rate === 1) throw new RangeError("alphaDropout.rate: expected a number from 0 to below 1, got 1");
  }

  outputShape([input]: readonly Shape[]): Shape {
    if (this.noiseShape) sampleNoiseShape(this.noiseShape, input!);
    return input!;
  }

  record(program: ProgramBuilder, [x]: readonly Region[]): Recorded {
    const { rate, seed } = this;
    if (!program.training || rate === 0) return { outputs: [x!] };
    const a = ((1 - rate) * (1 + rate * DROPPED ** 2)) ** -0.5;
    const b = -a * DROPPED * rate;
    // The mask is a where an element is kept, else 0; what is added is b or a d + b.
    const mask = maskOf(program, x!, { rate, seed, value: a, noise: this.noiseShape }, true);
    const shift = program.region(x!.shape);
    shift.wantsGradient = false;
    program.call(rescaling, "rescalingForward", shift, mask, mask.size, -DROPPED, a * DROPPED + b);
    return { outputs: [mergePairs(program, [multiplied(program, x!, mask), shift], sum)] };
  }
}

/** Options of `alphaDropout`. */
export type AlphaDropoutOptions = OptionsOf<typeof AlphaDropout>;
/**
 * Training: y = a x + b for a random share 1 - rate of the elements, a d + b for the others, d = -1.7581, with a and b such that
 * mean and variance stay: for networks of selu. See {@link AlphaDropout}.
 */
export const alphaDropout = (options: AlphaDropoutOptions): AlphaDropout => new AlphaDropout(options);

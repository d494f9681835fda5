import { number } from "../../base/options.js";
import { gaussianNoise as pack } from "../../engine/kernels/packs/gaussianNoise.generated.js";
import type { ProgramBuilder, Recorded } from "../../engine/program/program.js";
import type { Region } from "../../engine/program/region.js";
import type { Shape } from "../../engine/program/shape.js";
import { defineLayer, type OptionsOf } from "../base/layer.js";
import { multiplied } from "../merging/merge.js";
import { purposeOf, seed, WORDS } from "./noise.js";

/** Training: y = x e, e normal numbers about 1. Inference: y = x. Shapes: any, unchanged. */
export class GaussianDropout extends defineLayer("GaussianDropout", {
  /** From 0 to below 1: the standard deviation of e is sqrt(rate / (1 - rate)). */
  rate: number(0, 1),
  /** Default null. Each number gives other random numbers under the same seed of the model. */
  seed: seed(),
}) {
  protected override validate(): void {
    if (this.rate === 1) throw new RangeError("gaussianDropout.rate: expected a number from 0 to below 1, got 1");
  }

  outputShape([input]: readonly Shape[]): Shape {
    return input!;
  }

  record(program: ProgramBuilder, [x]: readonly Region[]): Recorded {
    const { rate } = this;
    if (!program.training || rate === 0) return { outputs: [x!] };
    const noise = program.region(x!.shape);
    noise.wantsGradient = false;
    const keys = [program.step, noise.size, purposeOf(this.seed), program.position] as const;
    program.call(pack, "gaussianNoiseForward", noise, program.scratch(WORDS), ...keys, 1, Math.sqrt(rate / (1 - rate)));
    return { outputs: [multiplied(program, x!, noise)] };
  }
}

/** Options of `gaussianDropout`. */
export type GaussianDropoutOptions = OptionsOf<typeof GaussianDropout>;
/** Training: y = x e, e normal numbers about 1. See {@link GaussianDropout}. */
export const gaussianDropout = (options: GaussianDropoutOptions): GaussianDropout => new GaussianDropout(options);

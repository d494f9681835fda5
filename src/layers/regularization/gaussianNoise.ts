import { number } from "../../base/options.js";
import { gaussianNoise as pack } from "../../engine/kernels/packs/gaussianNoise.generated.js";
import type { ProgramBuilder, Recorded } from "../../engine/program/program.js";
import type { Region } from "../../engine/program/region.js";
import type { Shape } from "../../engine/program/shape.js";
import { defineLayer, type OptionsOf } from "../base/layer.js";
import { mergePairs, sum } from "../merging/merge.js";
import { purposeOf, seed, WORDS } from "./noise.js";

/** Training: y = x + e, e normal numbers about 0. Inference: y = x. Shapes: any, unchanged. */
export class GaussianNoise extends defineLayer("GaussianNoise", {
  /** Standard deviation of the noise, from 0 to 1. */
  stddev: number(0, 1),
  /** Default null. Each number gives other random numbers under the same seed of the model. */
  seed: seed(),
}) {
  outputShape([input]: readonly Shape[]): Shape {
    return input!;
  }

  record(program: ProgramBuilder, [x]: readonly Region[]): Recorded {
    const { stddev } = this;
    if (!program.training || stddev === 0) return { outputs: [x!] };
    const noise = program.region(x!.shape);
    noise.wantsGradient = false;
    const keys = [program.step, noise.size, purposeOf(this.seed), program.position] as const;
    program.call(pack, "gaussianNoiseForward", noise, program.scratch(WORDS), ...keys, 0, stddev);
    return { outputs: [mergePairs(program, [x!, noise], sum)] };
  }
}

/** Options of `gaussianNoise`. */
export type GaussianNoiseOptions = OptionsOf<typeof GaussianNoise>;
/** Training: y = x + e, e normal numbers about 0. See {@link GaussianNoise}. */
export const gaussianNoise = (options: GaussianNoiseOptions): GaussianNoise => new GaussianNoise(options);

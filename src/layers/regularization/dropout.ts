import { nullable, number, optional } from "../../base/options.js";
import { dropout as pack } from "../../engine/kernels/packs/dropout.generated.js";
import type { ProgramBuilder, Recorded } from "../../engine/program/program.js";
import type { Region } from "../../engine/program/region.js";
import type { Shape } from "../../engine/program/shape.js";
import { defineLayer, type OptionsOf } from "../base/layer.js";
import { multiplied } from "../merging/merge.js";
import { maskOf, noiseShape, purposeOf, sampleNoiseShape, seed, WORDS } from "./noise.js";

/**
 * Training: y = x / (1 - rate) for a random share 1 - rate of the elements, 0 for the others. Inference: y = x. Shapes: any,
 * unchanged.
 */
export class Dropout extends defineLayer("Dropout", {
  /** Share of the elements that are dropped, from 0 to 1. */
  rate: number(0, 1),
  /** Sizes of the mask, the batch's first; null for the input's, 1 where all elements of an axis go together. Default null. */
  noiseShape: optional(nullable(noiseShape()), null),
  /** Default null. Each number gives other random numbers under the same seed of the model. */
  seed: seed(),
}) {
  outputShape([input]: readonly Shape[]): Shape {
    if (this.noiseShape) sampleNoiseShape(this.noiseShape, input!);
    return input!;
  }

  record(program: ProgramBuilder, [x]: readonly Region[]): Recorded {
    const { rate, seed } = this;
    if (!program.training || rate === 0) return { outputs: [x!] };
    return this.noiseShape
      ? recordMasked(program, x!, { rate, seed, noise: this.noiseShape })
      : recordDropout(program, x!, rate, seed);
  }
}

function recordDropout(program: ProgramBuilder, x: Region, rate: number, seed: number | null): Recorded {
  const words = program.scratch(WORDS);
  const keys = [words, program.step, x.size, purposeOf(seed), program.position, rate] as const;
  const y = program.region(x.shape);
  program.call(pack, "dropoutForward", y, x, ...keys);
  return {
    outputs: [y],
    backward([dy]) {
      if (!x.wantsGradient) return [undefined];
      const dx = program.region(x.shape);
      program.call(pack, "dropoutForward", dx, dy!, ...keys);
      return [dx];
    },
  };
}

/** Dropout of elements that go together. */
export function recordMasked(
  program: ProgramBuilder,
  x: Region,
  mask: { readonly rate: number; readonly seed: number | null; readonly noise: readonly (number | null)[] },
): Recorded {
  // Where all are dropped there is nothing to make up for.
  const value = mask.rate === 1 ? 0 : 1 / (1 - mask.rate);
  return { outputs: [multiplied(program, x, maskOf(program, x, { ...mask, value }, false))] };
}

/** Options of `dropout`. */
export type DropoutOptions = OptionsOf<typeof Dropout>;
/** Training: y = x / (1 - rate) for a random share 1 - rate of the elements, 0 for the others. See {@link Dropout}. */
export const dropout = (options: DropoutOptions): Dropout => new Dropout(options);

import { number } from "../../base/options.js";
import type { ProgramBuilder, Recorded } from "../../engine/program/program.js";
import type { Region } from "../../engine/program/region.js";
import type { Shape } from "../../engine/program/shape.js";
import { defineLayer, type OptionsOf } from "../base/layer.js";
import { recordMasked } from "./dropout.js";

/**
 * Training: dropout of whole samples, before they are added to a shortcut around some layers, as in ConvNeXt. Inference: y = x.
 * Shapes: any, unchanged.
 */
export class StochasticDepth extends defineLayer("StochasticDepth", {
  /** Share of the samples that are dropped, from 0 to 1. */
  dropPathRate: number(0, 1),
}) {
  outputShape([input]: readonly Shape[]): Shape {
    return input!;
  }

  record(program: ProgramBuilder, [x]: readonly Region[]): Recorded {
    const rate = this.dropPathRate;
    if (!program.training || rate === 0) return { outputs: [x!] };
    return recordMasked(program, x!, { rate, seed: null, noise: [null, ...x!.shape.map(() => 1)] });
  }
}

/** Options of `stochasticDepth`. */
export type StochasticDepthOptions = OptionsOf<typeof StochasticDepth>;
/** Training: dropout of whole samples, before they are added to a shortcut around some layers, as in ConvNeXt. See {@link StochasticDepth}. */
export const stochasticDepth = (options: StochasticDepthOptions): StochasticDepth => new StochasticDepth(options);

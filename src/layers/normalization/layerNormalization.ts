import { number, optional } from "../../base/options.js";
import type { ProgramBuilder, Recorded } from "../../engine/program/program.js";
import type { Region } from "../../engine/program/region.js";
import type { Shape } from "../../engine/program/shape.js";
import type { Weight, WeightSpec } from "../../engine/program/weight.js";
import { axes, axesOf } from "../base/axes.js";
import { defineLayer, type OptionsOf } from "../base/layer.js";
import { affineOf, affineOptions, affineSpecs } from "./affine.js";
import { recordRowNormalization } from "./rowNormalization.js";

/**
 * y = gamma (x - mean) / sqrt(variance + epsilon) + beta, with mean and variance of each sample over the given axes. Shapes: any,
 * unchanged; gamma and beta have the sizes of these axes.
 */
export class LayerNormalization extends defineLayer(
  "LayerNormalization",
  {
    /** One axis or several, the batch being axis 0. Default -1. */
    axis: optional(axes(), -1),
    /** Added to the variance. Default 0.001. */
    epsilon: optional(number(0), 1e-3),
    ...affineOptions,
  },
  { rms_scaling: false },
) {
  outputShape([input]: readonly Shape[]): Shape {
    axesOf(this.axis, input!);
    return input!;
  }

  override weightSpecs([input]: readonly Shape[]): readonly WeightSpec[] {
    return affineSpecs(
      this,
      axesOf(this.axis, input!).map((axis) => input![axis]!),
    );
  }

  record(program: ProgramBuilder, [x]: readonly Region[], weights: readonly Weight[]): Recorded {
    return recordRowNormalization(program, x!, affineOf(this, weights), {
      axes: axesOf(this.axis, x!.shape),
      ...{ centred: true, factor: "mean", epsilon: this.epsilon, least: 0 },
    });
  }
}

/** Options of `layerNormalization`. */
export type LayerNormalizationOptions = OptionsOf<typeof LayerNormalization>;
/**
 * y = gamma (x - mean) / sqrt(variance + epsilon) + beta, with mean and variance of each sample over the given axes. See {@link
 * LayerNormalization}.
 */
export const layerNormalization = (options?: LayerNormalizationOptions): LayerNormalization =>
  new LayerNormalization(options);

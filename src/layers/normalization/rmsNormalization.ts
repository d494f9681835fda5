import { show } from "../../base/check.js";
import { number, optional } from "../../base/options.js";
import type { ProgramBuilder, Recorded } from "../../engine/program/program.js";
import type { Region } from "../../engine/program/region.js";
import type { Shape } from "../../engine/program/shape.js";
import type { Weight, WeightSpec } from "../../engine/program/weight.js";
import { Ones } from "../../initializers/ones.js";
import { axes, axesOf } from "../base/axes.js";
import { defineLayer, type OptionsOf } from "../base/layer.js";
import { affineOf } from "./affine.js";
import { recordRowNormalization } from "./rowNormalization.js";

/**
 * y = scale x / sqrt(mean(x^2) + epsilon), with the mean of each sample over the given axes. Shapes: any, unchanged; scale has the
 * sizes of these axes.
 */
export class RMSNormalization extends defineLayer("RMSNormalization", {
  /** The last axis or the last ones, the batch being axis 0. Default -1. */
  axis: optional(axes(), -1),
  /** Added to the mean of squares. Default 1e-6. */
  epsilon: optional(number(0), 1e-6),
}) {
  outputShape([input]: readonly Shape[]): Shape {
    const found = axesOf(this.axis, input!);
    if (found[0]! + found.length !== input!.length) {
      throw new RangeError(`expected the last axis or the last ones, got ${show(this.axis)}`);
    }
    return input!;
  }

  override weightSpecs([input]: readonly Shape[]): readonly WeightSpec[] {
    const shape = axesOf(this.axis, input!).map((axis) => input![axis]!);
    return [{ name: "scale", shape, initializer: new Ones() }];
  }

  record(program: ProgramBuilder, [x]: readonly Region[], weights: readonly Weight[]): Recorded {
    return recordRowNormalization(program, x!, affineOf({ scale: true, center: false }, weights), {
      axes: axesOf(this.axis, x!.shape),
      ...{ centred: false, factor: "mean", epsilon: this.epsilon, least: 0 },
    });
  }
}

/** Options of `rmsNormalization`. */
export type RMSNormalizationOptions = OptionsOf<typeof RMSNormalization>;
/**
 * y = scale x / sqrt(mean(x^2) + epsilon), with the mean of each sample over the given axes. See {@link RMSNormalization}.
 */
export const rmsNormalization = (options?: RMSNormalizationOptions): RMSNormalization => new RMSNormalization(options);

import { optional } from "../../base/options.js";
import type { ProgramBuilder, Recorded } from "../../engine/program/program.js";
import type { Region } from "../../engine/program/region.js";
import type { Shape } from "../../engine/program/shape.js";
import { axes, axesOf } from "../base/axes.js";
import { defineLayer, type OptionsOf } from "../base/layer.js";
import { affineOf } from "./affine.js";
import { recordRowNormalization } from "./rowNormalization.js";

/** y = x / sqrt(sum(x^2)), with the sum of each sample over the given axes; a length below 1e-12 counts as that. Shapes: any, unchanged. */
export class UnitNormalization extends defineLayer("UnitNormalization", {
  /** One axis or several, the batch being axis 0. Default -1. */
  axis: optional(axes(), -1),
}) {
  outputShape([input]: readonly Shape[]): Shape {
    axesOf(this.axis, input!);
    return input!;
  }

  record(program: ProgramBuilder, [x]: readonly Region[]): Recorded {
    return recordRowNormalization(program, x!, affineOf({ scale: false, center: false }, []), {
      axes: axesOf(this.axis, x!.shape),
      ...{ centred: false, factor: "sum", epsilon: 0, least: 1e-24 },
    });
  }
}

/** Options of `unitNormalization`. */
export type UnitNormalizationOptions = OptionsOf<typeof UnitNormalization>;
/**
 * y = x / sqrt(sum(x^2)), with the sum of each sample over the given axes; a length below 1e-12 counts as that. See {@link
 * UnitNormalization}.
 */
export const unitNormalization = (options?: UnitNormalizationOptions): UnitNormalization =>
  new UnitNormalization(options);

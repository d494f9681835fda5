import type { ProgramBuilder } from "../engine/program/program.js";
import type { Region } from "../engine/program/region.js";
import type { Shape } from "../engine/program/shape.js";
import { defineLoss, type RecordedLoss } from "./loss.js";
import { KIND, recordPointwise } from "./pointwise.js";

/** 100 times the mean of |p - t| / max(|t|, 1e-7). Targets have the shape of the outputs. */
export class MeanAbsolutePercentageError extends defineLoss("MeanAbsolutePercentageError", {}) {
  readonly name = "mean_absolute_percentage_error";

  targetShape(output: Shape): Shape {
    return output;
  }

  protected recordMean(program: ProgramBuilder, output: Region, target: Region, weights: Region | 0): RecordedLoss {
    return recordPointwise(program, output, target, weights, { kind: KIND.percentage, scale: 100 });
  }
}

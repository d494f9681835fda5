import type { ProgramBuilder } from "../engine/program/program.js";
import type { Region } from "../engine/program/region.js";
import type { Shape } from "../engine/program/shape.js";
import { MeanAbsolutePercentageError as MeanAbsolutePercentageErrorLoss } from "../losses/meanAbsolutePercentageError.js";
import { defineMetric } from "./metric.js";

/** The mean of the loss of this name. */
export class MeanAbsolutePercentageError extends defineMetric("MeanAbsolutePercentageError", {}) {
  readonly name = "mean_absolute_percentage_error";

  override targetShape(output: Shape): Shape {
    return new MeanAbsolutePercentageErrorLoss().targetShape(output);
  }

  record(program: ProgramBuilder, output: Region, target: Region, weights: Region | 0): Region {
    return new MeanAbsolutePercentageErrorLoss().record(program, output, target, weights).values;
  }
}

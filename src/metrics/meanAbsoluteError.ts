import type { ProgramBuilder } from "../engine/program/program.js";
import type { Region } from "../engine/program/region.js";
import type { Shape } from "../engine/program/shape.js";
import { MeanAbsoluteError as MeanAbsoluteErrorLoss } from "../losses/meanAbsoluteError.js";
import { defineMetric } from "./metric.js";

/** The mean of the loss of this name. */
export class MeanAbsoluteError extends defineMetric("MeanAbsoluteError", {}) {
  readonly name = "mean_absolute_error";

  override targetShape(output: Shape): Shape {
    return new MeanAbsoluteErrorLoss().targetShape(output);
  }

  record(program: ProgramBuilder, output: Region, target: Region, weights: Region | 0): Region {
    return new MeanAbsoluteErrorLoss().record(program, output, target, weights).values;
  }
}

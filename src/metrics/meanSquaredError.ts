import type { ProgramBuilder } from "../engine/program/program.js";
import type { Region } from "../engine/program/region.js";
import type { Shape } from "../engine/program/shape.js";
import { MeanSquaredError as MeanSquaredErrorLoss } from "../losses/meanSquaredError.js";
import { defineMetric } from "./metric.js";

/** The mean of the loss of this name. */
export class MeanSquaredError extends defineMetric("MeanSquaredError", {}) {
  readonly name = "mean_squared_error";

  override targetShape(output: Shape): Shape {
    return new MeanSquaredErrorLoss().targetShape(output);
  }

  record(program: ProgramBuilder, output: Region, target: Region, weights: Region | 0): Region {
    return new MeanSquaredErrorLoss().record(program, output, target, weights).values;
  }
}

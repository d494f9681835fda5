import type { ProgramBuilder } from "../engine/program/program.js";
import type { Region } from "../engine/program/region.js";
import type { Shape } from "../engine/program/shape.js";
import { MeanSquaredLogarithmicError as MeanSquaredLogarithmicErrorLoss } from "../losses/meanSquaredLogarithmicError.js";
import { defineMetric } from "./metric.js";

/** The mean of the loss of this name. */
export class MeanSquaredLogarithmicError extends defineMetric("MeanSquaredLogarithmicError", {}) {
  readonly name = "mean_squared_logarithmic_error";

  override targetShape(output: Shape): Shape {
    return new MeanSquaredLogarithmicErrorLoss().targetShape(output);
  }

  record(program: ProgramBuilder, output: Region, target: Region, weights: Region | 0): Region {
    return new MeanSquaredLogarithmicErrorLoss().record(program, output, target, weights).values;
  }
}

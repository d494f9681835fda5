import type { ProgramBuilder } from "../engine/program/program.js";
import type { Region } from "../engine/program/region.js";
import type { Shape } from "../engine/program/shape.js";
import { defineLoss, type RecordedLoss } from "./loss.js";
import { KIND, recordPointwise } from "./pointwise.js";

/** The mean of (log(max(p, 1e-7) + 1) - log(max(t, 1e-7) + 1))^2. Targets have the shape of the outputs. */
export class MeanSquaredLogarithmicError extends defineLoss("MeanSquaredLogarithmicError", {}) {
  readonly name = "mean_squared_logarithmic_error";

  targetShape(output: Shape): Shape {
    return output;
  }

  protected recordMean(program: ProgramBuilder, output: Region, target: Region, weights: Region | 0): RecordedLoss {
    return recordPointwise(program, output, target, weights, { kind: KIND.squaredLogarithmic });
  }
}

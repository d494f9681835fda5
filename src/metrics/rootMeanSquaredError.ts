import type { ProgramBuilder } from "../engine/program/program.js";
import type { Region } from "../engine/program/region.js";
import { MeanSquaredError } from "../losses/meanSquaredError.js";
import { defineMetric } from "./metric.js";

/** The root of the mean of (p - t)^2. Target in the shape of the output. */
export class RootMeanSquaredError extends defineMetric("RootMeanSquaredError", {}) {
  readonly name = "root_mean_squared_error";

  record(program: ProgramBuilder, output: Region, target: Region, weights: Region | 0): Region {
    return new MeanSquaredError().record(program, output, target, weights).values;
  }

  override result(sums: ArrayLike<number>, count: number): number {
    return count > 0 ? Math.sqrt(sums[0]! / count) : 0;
  }
}

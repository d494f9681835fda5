import type { ProgramBuilder } from "../engine/program/program.js";
import type { Region } from "../engine/program/region.js";
import type { Shape } from "../engine/program/shape.js";
import { SquaredHinge as SquaredHingeLoss } from "../losses/squaredHinge.js";
import { defineMetric } from "./metric.js";

/** The mean of the loss of this name. */
export class SquaredHinge extends defineMetric("SquaredHinge", {}) {
  readonly name = "squared_hinge";

  override targetShape(output: Shape): Shape {
    return new SquaredHingeLoss().targetShape(output);
  }

  record(program: ProgramBuilder, output: Region, target: Region, weights: Region | 0): Region {
    return new SquaredHingeLoss().record(program, output, target, weights).values;
  }
}

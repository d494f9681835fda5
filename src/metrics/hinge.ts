import type { ProgramBuilder } from "../engine/program/program.js";
import type { Region } from "../engine/program/region.js";
import type { Shape } from "../engine/program/shape.js";
import { Hinge as HingeLoss } from "../losses/hinge.js";
import { defineMetric } from "./metric.js";

/** The mean of the loss of this name. */
export class Hinge extends defineMetric("Hinge", {}) {
  readonly name = "hinge";

  override targetShape(output: Shape): Shape {
    return new HingeLoss().targetShape(output);
  }

  record(program: ProgramBuilder, output: Region, target: Region, weights: Region | 0): Region {
    return new HingeLoss().record(program, output, target, weights).values;
  }
}

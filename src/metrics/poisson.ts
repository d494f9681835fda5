import type { ProgramBuilder } from "../engine/program/program.js";
import type { Region } from "../engine/program/region.js";
import type { Shape } from "../engine/program/shape.js";
import { Poisson as PoissonLoss } from "../losses/poisson.js";
import { defineMetric } from "./metric.js";

/** The mean of the loss of this name. */
export class Poisson extends defineMetric("Poisson", {}) {
  readonly name = "poisson";

  override targetShape(output: Shape): Shape {
    return new PoissonLoss().targetShape(output);
  }

  record(program: ProgramBuilder, output: Region, target: Region, weights: Region | 0): Region {
    return new PoissonLoss().record(program, output, target, weights).values;
  }
}

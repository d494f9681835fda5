import type { ProgramBuilder } from "../engine/program/program.js";
import type { Region } from "../engine/program/region.js";
import type { Shape } from "../engine/program/shape.js";
import { CategoricalHinge as CategoricalHingeLoss } from "../losses/categoricalHinge.js";
import { defineMetric } from "./metric.js";

/** The mean of the loss of this name. */
export class CategoricalHinge extends defineMetric("CategoricalHinge", {}) {
  readonly name = "categorical_hinge";

  override targetShape(output: Shape): Shape {
    return new CategoricalHingeLoss().targetShape(output);
  }

  record(program: ProgramBuilder, output: Region, target: Region, weights: Region | 0): Region {
    return new CategoricalHingeLoss().record(program, output, target, weights).values;
  }
}

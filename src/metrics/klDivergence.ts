import type { ProgramBuilder } from "../engine/program/program.js";
import type { Region } from "../engine/program/region.js";
import type { Shape } from "../engine/program/shape.js";
import { KLDivergence as KLDivergenceLoss } from "../losses/klDivergence.js";
import { defineMetric } from "./metric.js";

/** The mean of the loss of this name. */
export class KLDivergence extends defineMetric("KLDivergence", {}) {
  readonly name = "kl_divergence";

  override targetShape(output: Shape): Shape {
    return new KLDivergenceLoss().targetShape(output);
  }

  record(program: ProgramBuilder, output: Region, target: Region, weights: Region | 0): Region {
    return new KLDivergenceLoss().record(program, output, target, weights).values;
  }
}

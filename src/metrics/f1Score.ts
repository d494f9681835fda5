import type { ProgramBuilder } from "../engine/program/program.js";
import type { Region } from "../engine/program/region.js";
import type { Shape } from "../engine/program/shape.js";
import { checkVector, recordByClass, scoreOf, scoreOptions } from "./fBetaScore.js";
import { defineMetric, type MetricResult } from "./metric.js";

/** The harmonic mean of precision and recall. Shapes: output and target (classes). */
export class F1Score extends defineMetric("F1Score", scoreOptions) {
  readonly name = "f1_score";

  override targetShape(output: Shape): Shape {
    checkVector("F1Score", output);
    return output;
  }

  record(program: ProgramBuilder, output: Region, target: Region, weights: Region | 0): Region {
    return recordByClass(program, output, target, weights, this);
  }

  override result(sums: ArrayLike<number>): MetricResult {
    return scoreOf(sums, 1, this.average);
  }
}

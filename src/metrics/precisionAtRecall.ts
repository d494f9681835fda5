import { number } from "../base/options.js";
import type { ProgramBuilder } from "../engine/program/program.js";
import type { Region } from "../engine/program/region.js";
import { mostAt, recordSpread, thresholdOptions } from "./atThreshold.js";
import { defineMetric } from "./metric.js";

/** The greatest precision at a threshold where the recall is at least so much; 0 if there is none. Target in the shape of the output. */
export class PrecisionAtRecall extends defineMetric("PrecisionAtRecall", {
  /** The least recall, from 0 to 1. */
  recall: number(0, 1),
  ...thresholdOptions,
}) {
  readonly name = "precision_at_recall";

  record(program: ProgramBuilder, output: Region, target: Region, weights: Region | 0): Region {
    return recordSpread(program, output, target, weights, this);
  }

  override result(sums: ArrayLike<number>): number {
    return mostAt(sums, "precision", "recall", this.recall);
  }
}

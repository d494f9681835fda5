import type { ProgramBuilder } from "../engine/program/program.js";
import type { Region } from "../engine/program/region.js";
import { perThreshold, recordCounts, thresholds } from "./counts.js";
import { defineMetric, type MetricResult } from "./metric.js";

/** How many outputs say no where the target is 0, as the sum of the weights of their samples. Target in the shape of the output. */
export class TrueNegatives extends defineMetric("TrueNegatives", {
  /** Outputs above it say yes; a list: a result for each. Default null: 0.5. */
  thresholds: thresholds(),
}) {
  readonly name = "true_negatives";

  record(program: ProgramBuilder, output: Region, target: Region, weights: Region | 0): Region {
    return recordCounts(program, output, target, weights, this.thresholds);
  }

  override result(sums: ArrayLike<number>): MetricResult {
    return perThreshold(sums, this.thresholds, (count) => count("trueNegatives"));
  }
}

import type { ProgramBuilder } from "../engine/program/program.js";
import type { Region } from "../engine/program/region.js";
import { perThreshold, ratio, recordSelected, selection, thresholds } from "./counts.js";
import { defineMetric, type MetricResult } from "./metric.js";

/** Of the outputs that say yes, the share whose target is not 0; 0 if none says yes. Target in the shape of the output. */
export class Precision extends defineMetric("Precision", {
  /** Outputs above it say yes; a list: a result for each. Default null: 0.5. */
  thresholds: thresholds(),
  ...selection,
}) {
  readonly name = "precision";

  record(program: ProgramBuilder, output: Region, target: Region, weights: Region | 0): Region {
    return recordSelected(program, output, target, weights, this);
  }

  override result(sums: ArrayLike<number>): MetricResult {
    return perThreshold(sums, this.thresholds, (count) =>
      ratio(count("truePositives"), count("truePositives") + count("falsePositives")),
    );
  }
}

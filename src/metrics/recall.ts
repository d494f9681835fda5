import type { ProgramBuilder } from "../engine/program/program.js";
import type { Region } from "../engine/program/region.js";
import { perThreshold, ratio, recordSelected, selection, thresholds } from "./counts.js";
import { defineMetric, type MetricResult } from "./metric.js";

/** Of the targets that are not 0, the share whose output says yes; 0 if there are none. Target in the shape of the output. */
export class Recall extends defineMetric("Recall", {
  /** Outputs above it say yes; a list: a result for each. Default null: 0.5. */
  thresholds: thresholds(),
  ...selection,
}) {
  readonly name = "recall";

  record(program: ProgramBuilder, output: Region, target: Region, weights: Region | 0): Region {
    return recordSelected(program, output, target, weights, this);
  }

  override result(sums: ArrayLike<number>): MetricResult {
    return perThreshold(sums, this.thresholds, (count) =>
      ratio(count("truePositives"), count("truePositives") + count("falseNegatives")),
    );
  }
}

import type { ProgramBuilder } from "../engine/program.js";
import type { Region } from "../engine/region.js";
import { COUNT, COUNTS, ratio, recordCounts, threshold } from "./counts.js";
import { defineMetric } from "./metric.js";

/** Of the targets that are not 0, the share whose output says yes; 0 if there are none. Target in the shape of the output. */
export class Recall extends defineMetric("Recall", {
  /** Outputs above it say yes. Default null: 0.5. */
  thresholds: threshold(),
}) {
  readonly name = "recall";

  override get sums(): number {
    return COUNTS;
  }

  record(program: ProgramBuilder, output: Region, target: Region, weights: Region | 0): Region {
    return recordCounts(program, output, target, weights, this.thresholds);
  }

  override result(sums: ArrayLike<number>): number {
    return ratio(sums[COUNT.truePositives]!, sums[COUNT.truePositives]! + sums[COUNT.falseNegatives]!);
  }
}

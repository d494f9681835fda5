import type { ProgramBuilder } from "../engine/program.js";
import type { Region } from "../engine/region.js";
import { COUNT, COUNTS, ratio, recordCounts, threshold } from "./counts.js";
import { defineMetric } from "./metric.js";

/** Of the outputs that say yes, the share whose target is not 0; 0 if none says yes. Target in the shape of the output. */
export class Precision extends defineMetric("Precision", {
  /** Outputs above it say yes. Default null: 0.5. */
  thresholds: threshold(),
}) {
  readonly name = "precision";

  override get sums(): number {
    return COUNTS;
  }

  record(program: ProgramBuilder, output: Region, target: Region, weights: Region | 0): Region {
    return recordCounts(program, output, target, weights, this.thresholds);
  }

  override result(sums: ArrayLike<number>): number {
    return ratio(sums[COUNT.truePositives]!, sums[COUNT.truePositives]! + sums[COUNT.falsePositives]!);
  }
}

import type { ProgramBuilder } from "../engine/program.js";
import type { Region } from "../engine/region.js";
import { COUNT, COUNTS, recordCounts, threshold } from "./counts.js";
import { defineMetric } from "./metric.js";

/** How many outputs say yes where the target is not 0, as the sum of the weights of their samples. Target in the shape of the output. */
export class TruePositives extends defineMetric("TruePositives", {
  /** Outputs above it say yes. Default null: 0.5. */
  thresholds: threshold(),
}) {
  readonly name = "true_positives";

  override get sums(): number {
    return COUNTS;
  }

  record(program: ProgramBuilder, output: Region, target: Region, weights: Region | 0): Region {
    return recordCounts(program, output, target, weights, this.thresholds);
  }

  override result(sums: ArrayLike<number>): number {
    return sums[COUNT.truePositives]!;
  }
}

import { regression as regressionPack } from "../engine/kernels/packs/regression.generated.js";
import type { ProgramBuilder } from "../engine/program/program.js";
import type { Region } from "../engine/program/region.js";
import { weightedRows } from "../losses/weights.js";
import { defineMetric } from "./metric.js";

/** The sum of all outputs, whatever the target. */
export class Sum extends defineMetric("Sum", {}) {
  readonly name = "sum";

  record(program: ProgramBuilder, output: Region, _target: Region, weights: Region | 0): Region {
    const sums = program.batchRegion([1]);
    program.call(regressionPack, "regressionSum", sums, output, weights, ...weightedRows(weights, output), 1);
    return sums;
  }

  override result(sums: ArrayLike<number>): number {
    return sums[0] ?? 0;
  }
}

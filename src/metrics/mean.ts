import { regression as regressionPack } from "../engine/kernels/packs/regression.generated.js";
import type { ProgramBuilder } from "../engine/program/program.js";
import type { Region } from "../engine/program/region.js";
import { weightedRows } from "../losses/weights.js";
import { defineMetric } from "./metric.js";

/** The mean of all outputs, whatever the target. */
export class Mean extends defineMetric("Mean", {}) {
  readonly name = "mean";

  record(program: ProgramBuilder, output: Region, _target: Region, weights: Region | 0): Region {
    const sums = program.batchRegion([1]);
    const numbers = [...weightedRows(weights, output), 1 / output.size] as const;
    program.call(regressionPack, "regressionSum", sums, output, weights, ...numbers);
    return sums;
  }
}

import { regression as regressionPack } from "../engine/kernels/packs/regression.generated.js";
import type { ProgramBuilder } from "../engine/program/program.js";
import type { Region } from "../engine/program/region.js";
import { defineMetric } from "./metric.js";

/** The mean of all outputs, whatever the target. */
export class Mean extends defineMetric("Mean", {}) {
  readonly name = "mean";

  record(program: ProgramBuilder, output: Region, _target: Region, weights: Region | 0): Region {
    const sums = program.batchRegion([1]);
    program.call(regressionPack, "regressionSum", sums, output, weights, output.size, 1 / output.size);
    return sums;
  }
}

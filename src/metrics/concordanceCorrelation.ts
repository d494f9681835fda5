import { regression as regressionPack } from "../engine/kernels/packs/regression.generated.js";
import type { ProgramBuilder } from "../engine/program/program.js";
import type { Region } from "../engine/program/region.js";
import { rowsPerWeight } from "../losses/weights.js";
import { defineMetric } from "./metric.js";

/**
 * Lin's concordance correlation of output and target along the last axis, the mean over all positions. Target in the shape of the output.
 */
export class ConcordanceCorrelation extends defineMetric("ConcordanceCorrelation", {}) {
  readonly name = "concordance_correlation";

  record(program: ProgramBuilder, output: Region, target: Region, weights: Region | 0): Region {
    const n = output.shape.at(-1) ?? 1;
    const values = program.batchRegion([1]);
    const rows = output.size / n;
    const numbers = [rowsPerWeight(weights, rows), rows, n, 1] as const;
    program.call(regressionPack, "regressionCorrelation", values, output, target, weights, ...numbers);
    return values;
  }
}

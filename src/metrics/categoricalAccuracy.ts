import { accuracy as accuracyPack } from "../engine/kernels/packs/accuracy.generated.js";
import type { ProgramBuilder } from "../engine/program/program.js";
import type { Region } from "../engine/program/region.js";
import { rowsPerWeight } from "../losses/weights.js";
import { defineMetric } from "./metric.js";

/** How often the greatest output is at the greatest target. Shapes: both (..., classes). */
export class CategoricalAccuracy extends defineMetric("CategoricalAccuracy", {}) {
  readonly name = "categorical_accuracy";

  record(program: ProgramBuilder, output: Region, target: Region, weights: Region | 0): Region {
    const classes = output.shape.at(-1)!;
    const hits = program.batchRegion([1]);
    const rows = output.size / classes;
    const numbers = [rowsPerWeight(weights, rows), rows, classes] as const;
    program.call(accuracyPack, "accuracyCategorical", hits, output, target, weights, ...numbers);
    return hits;
  }
}

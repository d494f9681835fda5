import { integer, optional } from "../base/options.js";
import { accuracy as accuracyPack } from "../engine/kernels/packs/accuracy.generated.js";
import type { ProgramBuilder } from "../engine/program/program.js";
import type { Region } from "../engine/program/region.js";
import { rowsPerWeight } from "../losses/weights.js";
import { defineMetric } from "./metric.js";

/** How often the greatest target is among the k greatest outputs. Shapes: both (..., classes). */
export class TopKCategoricalAccuracy extends defineMetric("TopKCategoricalAccuracy", {
  /** Default 5. */
  k: optional(integer(1), 5),
}) {
  readonly name = "top_k_categorical_accuracy";

  record(program: ProgramBuilder, output: Region, target: Region, weights: Region | 0): Region {
    const classes = output.shape.at(-1)!;
    const hits = program.batchRegion([1]);
    const rows = output.size / classes;
    const numbers = [rowsPerWeight(weights, rows), rows, classes, this.k, 0] as const;
    program.call(accuracyPack, "accuracyTopK", hits, output, target, weights, ...numbers);
    return hits;
  }
}

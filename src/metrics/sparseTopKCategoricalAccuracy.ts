import { integer, optional } from "../base/options.js";
import { accuracy as accuracyPack } from "../engine/kernels/packs/accuracy.generated.js";
import type { ProgramBuilder } from "../engine/program/program.js";
import type { Region } from "../engine/program/region.js";
import type { Shape } from "../engine/program/shape.js";
import { rowsPerWeight } from "../losses/weights.js";
import { defineMetric } from "./metric.js";

/** How often the label is among the k greatest outputs. Shapes: output (..., classes), target (...). */
export class SparseTopKCategoricalAccuracy extends defineMetric("SparseTopKCategoricalAccuracy", {
  /** Default 5. */
  k: optional(integer(1), 5),
}) {
  readonly name = "sparse_top_k_categorical_accuracy";

  override targetShape(output: Shape): Shape {
    return output.slice(0, -1);
  }

  record(program: ProgramBuilder, output: Region, target: Region, weights: Region | 0): Region {
    const classes = output.shape.at(-1)!;
    const hits = program.batchRegion([1]);
    const rows = output.size / classes;
    const numbers = [rowsPerWeight(weights, rows), rows, classes, this.k, 1] as const;
    program.call(accuracyPack, "accuracyTopK", hits, output, target, weights, ...numbers);
    return hits;
  }
}

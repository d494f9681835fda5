import { number, optional } from "../base/options.js";
import { accuracy as accuracyPack } from "../engine/kernels/packs/accuracy.generated.js";
import type { ProgramBuilder } from "../engine/program/program.js";
import type { Region } from "../engine/program/region.js";
import { weightedRows } from "../losses/weights.js";
import { defineMetric } from "./metric.js";

/** How often outputs above the threshold are 1 in the target, and the others 0. Target in the shape of the output. */
export class BinaryAccuracy extends defineMetric("BinaryAccuracy", {
  /** Default 0.5. */
  threshold: optional(number(), 0.5),
}) {
  readonly name = "binary_accuracy";

  record(program: ProgramBuilder, output: Region, target: Region, weights: Region | 0): Region {
    const hits = program.batchRegion([1]);
    const numbers = [...weightedRows(weights, output), this.threshold] as const;
    program.call(accuracyPack, "accuracyBinary", hits, output, target, weights, ...numbers);
    return hits;
  }
}

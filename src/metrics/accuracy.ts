import { accuracy as accuracyPack } from "../engine/kernels/packs/accuracy.generated.js";
import type { ProgramBuilder } from "../engine/program/program.js";
import type { Region } from "../engine/program/region.js";
import { weightedRows } from "../losses/weights.js";
import { defineMetric } from "./metric.js";

/** How often the output is the target to the bit. Target in the shape of the output. (The name "accuracy" means another: the binary, the categorical or the sparse one, as shapes of output and target say.) */
export class Accuracy extends defineMetric("Accuracy", {}) {
  readonly name = "accuracy";

  record(program: ProgramBuilder, output: Region, target: Region, weights: Region | 0): Region {
    const hits = program.batchRegion([1]);
    program.call(accuracyPack, "accuracyEqual", hits, output, target, weights, ...weightedRows(weights, output));
    return hits;
  }
}

import type { ProgramBuilder } from "../engine/program/program.js";
import type { Region } from "../engine/program/region.js";
import { recordCosine } from "../losses/cosineSimilarity.js";
import { defineMetric } from "./metric.js";

/** The cosine of the angle between output and target along the last axis: 1 is the same direction. Target in the shape of the output. */
export class CosineSimilarity extends defineMetric("CosineSimilarity", {}) {
  readonly name = "cosine_similarity";

  record(program: ProgramBuilder, output: Region, target: Region, weights: Region | 0): Region {
    return recordCosine(program, output, target, weights, 1).values;
  }
}

import { cosineSimilarity as pack } from "../engine/kernels/packs/cosineSimilarity.generated.js";
import type { ProgramBuilder } from "../engine/program/program.js";
import type { Region } from "../engine/program/region.js";
import type { Shape } from "../engine/program/shape.js";
import { defineLoss, type RecordedLoss } from "./loss.js";
import { rowsPerWeight } from "./weights.js";

/** Records one number a sample: sign times the mean cosine of the angles between output and target along the last axis. */
export function recordCosine(
  program: ProgramBuilder,
  output: Region,
  target: Region,
  weights: Region | 0,
  sign: 1 | -1,
): RecordedLoss {
  const n = output.shape.at(-1) ?? 1;
  const each = rowsPerWeight(weights, output.size / n);
  const numbers = [output.size / n, n, sign] as const;
  const values = program.batchRegion([1]);
  program.call(pack, "cosineSimilarityForward", values, output, target, weights, each, ...numbers);
  return {
    values,
    backward() {
      const gradient = program.region(output.shape);
      program.call(pack, "cosineSimilarityBackward", gradient, output, target, weights, each, program.step, ...numbers);
      return { region: output, gradient };
    },
  };
}

/** Minus the cosine of the angle between output and target along the last axis: -1 is the same direction. Targets have the shape of the outputs. */
export class CosineSimilarity extends defineLoss("CosineSimilarity", {}) {
  readonly name = "cosine_similarity";

  targetShape(output: Shape): Shape {
    return output;
  }

  protected recordMean(program: ProgramBuilder, output: Region, target: Region, weights: Region | 0): RecordedLoss {
    return recordCosine(program, output, target, weights, -1);
  }
}

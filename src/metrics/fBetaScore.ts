import { choice, nullable, number, optional } from "../base/options.js";
import { confusion as confusionPack } from "../engine/kernels/packs/confusion.generated.js";
import type { ProgramBuilder } from "../engine/program/program.js";
import type { Region } from "../engine/program/region.js";
import { formatShape, type Shape } from "../engine/program/shape.js";
import { defineMetric, type MetricResult } from "./metric.js";

const EPSILON = 1e-7;

/** @throws RangeError unless a sample has one axis */
export function checkVector(where: string, output: Shape): void {
  if (output.length !== 1) {
    throw new RangeError(`${where}: expected outputs of shape (n), got ${formatShape(output)}`);
  }
}

export const scoreOptions = {
  /**
   * How the scores of the classes become one: `micro` counts all together, `macro` is their mean, `weighted` that by how often each class
   * is there. Default null: one for each.
   */
  average: optional(nullable(choice("micro", "macro", "weighted")), null),
  /** Outputs above it say yes. Default null: the greatest of a sample does. */
  threshold: optional(nullable(number(0, 1)), null),
};

/** Records 4 numbers a class. */
export function recordByClass(
  program: ProgramBuilder,
  output: Region,
  target: Region,
  weights: Region | 0,
  { className, threshold }: { readonly className: string; readonly threshold: number | null },
): Region {
  checkVector(className, output.shape);
  const n = output.size;
  const sums = program.batchRegion([4 * n]);
  program.call(confusionPack, "confusionByClass", sums, output, target, weights, n, threshold ?? Number.NaN);
  return sums;
}

/** (1 + beta^2) precision recall / (beta^2 precision + recall), with Keras' 1e-7 below each line. */
export function scoreOf(
  sums: ArrayLike<number>,
  beta: number,
  average: "micro" | "macro" | "weighted" | null,
): MetricResult {
  const n = sums.length / 4;
  const all = Array.from({ length: n }, (_, i) => [0, 1, 2, 3].map((kind) => sums[kind * n + i]!));
  const together = [0, 1, 2, 3].map((kind) => all.reduce((sum, one) => sum + one[kind]!, 0));
  const score = ([both = 0, onlySaid = 0, missed = 0]: readonly number[]) => {
    const precision = both / (both + onlySaid + EPSILON);
    const recall = both / (both + missed + EPSILON);
    return ((1 + beta ** 2) * precision * recall) / (beta ** 2 * precision + recall + EPSILON);
  };
  if (average === "micro") return score(together);
  const scores = all.map(score);
  if (average === null) return scores;
  const weightOf = (i: number) => (average === "macro" ? 1 / n : all[i]![3]! / (together[3]! + EPSILON));
  return scores.reduce((sum, one, i) => sum + one * weightOf(i), 0);
}

/** The F score: a mean of precision and recall in which recall counts beta times as much. Shapes: output and target (classes). */
export class FBetaScore extends defineMetric("FBetaScore", {
  ...scoreOptions,
  /** Default 1. */
  beta: optional(number(0), 1),
}) {
  readonly name = "fbeta_score";

  override targetShape(output: Shape): Shape {
    checkVector("FBetaScore", output);
    return output;
  }

  record(program: ProgramBuilder, output: Region, target: Region, weights: Region | 0): Region {
    return recordByClass(program, output, target, weights, this);
  }

  override result(sums: ArrayLike<number>): MetricResult {
    return scoreOf(sums, this.beta, this.average);
  }
}

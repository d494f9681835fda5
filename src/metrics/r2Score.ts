import { choice, integer, nullable, optional } from "../base/options.js";
import { regression as regressionPack } from "../engine/kernels/packs/regression.generated.js";
import type { ProgramBuilder } from "../engine/program/program.js";
import type { Region } from "../engine/program/region.js";
import type { Shape } from "../engine/program/shape.js";
import { checkVector } from "./fBetaScore.js";
import { defineMetric, type MetricResult } from "./metric.js";

/**
 * The coefficient of determination: 1 - the sum of (t - p)^2 / the sum of (t - mean t)^2, over all samples. Shapes: output and target
 * (outputs).
 */
export class R2Score extends defineMetric("R2Score", {
  /** How the numbers of several outputs become one: their mean, or that by the variances of the targets. Null: one for each. Default "uniform_average". */
  classAggregation: optional(nullable(choice("uniform_average", "variance_weighted_average")), "uniform_average"),
  /** How many numbers the outputs were computed from, for the adjusted coefficient. Default 0: not adjusted. */
  numRegressors: optional(integer(0), 0),
}) {
  readonly name = "r2_score";

  override targetShape(output: Shape): Shape {
    checkVector("R2Score", output);
    return output;
  }

  record(program: ProgramBuilder, output: Region, target: Region, weights: Region | 0): Region {
    checkVector("R2Score", output.shape);
    const n = output.size;
    const sums = program.batchRegion([2 + 3 * n]);
    program.call(regressionPack, "regressionMoments", sums, output, target, weights, n);
    return sums;
  }

  override result(sums: ArrayLike<number>): MetricResult {
    const [samples = 0, weight = 0, ...rest] = Array.from(sums);
    if (samples === 0) return 0;
    const n = rest.length / 3;
    const outputs = Array.from({ length: n }, (_, i) => {
      const [sum, squares, errors] = [rest[i]!, rest[n + i]!, rest[2 * n + i]!];
      const total = squares - (sum * sum) / weight;
      const score = 1 - errors / total;
      return { total, score: Math.abs(score) === Number.POSITIVE_INFINITY ? 0 : score };
    });
    const mean = (of: (output: (typeof outputs)[0]) => number) => outputs.reduce((sum, each) => sum + of(each), 0);
    if (this.classAggregation === null) return outputs.map(({ score }) => this.#adjusted(score, samples * n));
    const score =
      this.classAggregation === "uniform_average"
        ? mean(({ score }) => score) / n
        : mean(({ score, total }) => score * total) / mean(({ total }) => total);
    return this.#adjusted(score, samples * n);
  }

  /** As Keras: not adjusted where there are too few numbers for it. */
  #adjusted(score: number, count: number): number {
    const { numRegressors } = this;
    if (numRegressors === 0 || numRegressors >= count - 1) return score;
    return 1 - ((1 - score) * (count - 1)) / (count - numRegressors - 1);
  }
}

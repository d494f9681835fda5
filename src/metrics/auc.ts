import { ln } from "../base/exactMath.js";
import { boolean, choice, integer, nullable, numbers, optional } from "../base/options.js";
import { confusion as confusionPack } from "../engine/kernels/packs/confusion.generated.js";
import { sigmoid as sigmoidPack } from "../engine/kernels/packs/sigmoid.generated.js";
import type { ProgramBuilder } from "../engine/program/program.js";
import type { Region } from "../engine/program/region.js";
import { rowsPerWeight, weightedRows } from "../losses/weights.js";
import { COUNT, ratio, select } from "./counts.js";
import { defineMetric } from "./metric.js";

/** Sums over the buckets from each one on: what lies above its threshold. */
function above(sums: ArrayLike<number>, begin: number, buckets: number): number[] {
  const result = new Array<number>(buckets);
  let sum = 0;
  for (let i = buckets - 1; i >= 0; i--) {
    sum += sums[begin + i]!;
    result[i] = sum;
  }
  return result;
}

/**
 * Area under a curve: how well outputs in [0, 1] tell 1 from 0 at any threshold. Riemann sums over thresholds at equal distances, as in
 * Keras. Target in the shape of the output.
 */
export class AUC extends defineMetric("AUC", {
  /** Default 200; with `thresholds` two more than those. */
  numThresholds: optional(integer(2), 200),
  /** Thresholds between the first and the last, which lie just outside of [0, 1]. Default null: at equal distances. */
  thresholds: optional(nullable(numbers()), null),
  /**
   * True positives over false positives (`ROC`), precision over recall (`PR`), or the gain of precision over that of recall (`PRGAIN`: Flach
   * and Kull, 2015). Default `ROC`.
   */
  curve: optional(choice("ROC", "PR", "PRGAIN"), "ROC"),
  /** How the curve goes between two thresholds. Default `interpolation`. */
  summationMethod: optional(choice("interpolation", "minoring", "majoring"), "interpolation"),
  /** Whether each label of the last axis has a curve of its own, and the result is the mean of the areas. Default false. */
  multiLabel: optional(boolean(), false),
  /** What each label counts for in that mean. Default null: the same. */
  labelWeights: optional(nullable(numbers()), null),
  /** Whether the outputs are not probabilities but what a sigmoid would take. Default false. */
  fromLogits: optional(boolean(), false),
}) {
  readonly name = "auc";

  protected override validate(): void {
    if (this.thresholds) {
      const thresholds = Object.freeze(this.thresholds.toSorted((a, b) => a - b));
      Object.assign(this, { thresholds, numThresholds: thresholds.length + 2 });
    }
    if (this.labelWeights === null || this.multiLabel) return;
    throw new RangeError("AUC.labelWeights: expected multiLabel too, got weights alone");
  }

  /** Whether they are what they are by default, and so the parts between them of one length. */
  get #isEven(): boolean {
    const n = this.numThresholds;
    return this.thresholds?.every((each, i) => Math.abs(each - (i + 1) / (n - 1)) <= 1e-7) ?? true;
  }

  record(program: ProgramBuilder, output: Region, target: Region, weights: Region | 0): Region {
    const { numThresholds, multiLabel, labelWeights } = this;
    const labels = multiLabel ? output.shape.at(-1)! : 1;
    if (labelWeights && labelWeights.length !== labels) {
      throw new RangeError(`AUC.labelWeights: expected ${labels} numbers, got ${labelWeights.length}`);
    }
    let y = output;
    if (this.fromLogits) {
      y = program.region(output.shape);
      program.call(sigmoidPack, "sigmoidForward", y, output, output.size);
    }
    if (!this.#isEven) return this.#recordCounts(program, y, target, weights, labels);
    const sums = program.batchRegion([2 * numThresholds * labels]);
    const numbers = [
      output.size,
      rowsPerWeight(weights, output.size),
      labels,
      numThresholds,
      numThresholds - 1,
      1,
    ] as const;
    program.call(confusionPack, "confusionHistogram", sums, y, target, weights, ...numbers);
    return sums;
  }

  /** The four counts at each threshold, label after label. */
  #recordCounts(program: ProgramBuilder, y: Region, target: Region, weights: Region | 0, labels: number): Region {
    const thresholds = [-1e-7, ...this.thresholds!, 1 + 1e-7];
    const counts = program.batchRegion([4 * thresholds.length * labels]);
    for (let label = 0; label < labels; label++) {
      const options = { classId: labels > 1 ? label : null };
      const [of, truth] = select(program, "AUC", y, target, options);
      for (const [i, threshold] of thresholds.entries()) {
        const place = 4 * (label * thresholds.length + i);
        const operands = [
          counts,
          of,
          truth,
          weights,
          ...weightedRows(weights, of),
          threshold,
          place,
          counts.size,
        ] as const;
        program.call(confusionPack, "confusionCounts", ...operands);
      }
    }
    return counts;
  }

  override result(sums: ArrayLike<number>): number {
    const all = Array.from(sums);
    const k = (this.#isEven ? 2 : 4) * this.numThresholds;
    const areas = Array.from({ length: all.length / k }, (_, i) => this.#area(all.slice(k * i, k * (i + 1))));
    const weights = this.labelWeights ?? areas.map(() => 1);
    const sum = areas.reduce((sum, area, i) => sum + area * weights[i]!, 0);
    const area = ratio(
      sum,
      weights.reduce((sum, weight) => sum + weight, 0),
    );
    // Rounding may have added up to a little more than the whole.
    return Math.min(area, 1);
  }

  /** What says yes above each threshold: rightly and wrongly. */
  #positives(sums: readonly number[]): readonly [number[], number[]] {
    const n = this.numThresholds;
    if (this.#isEven) return [above(sums, 0, n), above(sums, n, n)];
    const counts = (of: keyof typeof COUNT) => sums.filter((_, i) => i % 4 === COUNT[of]);
    return [counts("truePositives"), counts("falsePositives")];
  }

  #area(sums: readonly number[]): number {
    const { curve, summationMethod } = this;
    const [truePositives, falsePositives] = this.#positives(sums);
    const [positives, negatives] = [truePositives[0]!, falsePositives[0]!];
    if (curve === "PR" && summationMethod === "interpolation") {
      return interpolated(truePositives, falsePositives, positives);
    }
    const recall = (both: number) => ratio(both, positives);
    const scale = ratio(positives, negatives);
    const curves = {
      ROC: (both: number, wrong: number) => [ratio(wrong, negatives), recall(both)],
      PR: (both: number, wrong: number) => [recall(both), ratio(both, both + wrong)],
      PRGAIN: (both: number, wrong: number) =>
        both === 0 ? [0, 1] : [Math.max(1 - (scale * (positives - both)) / both, 0), 1 - (scale * wrong) / both],
    };
    const points = truePositives.map((both, i) => curves[curve](both, falsePositives[i]!));
    const [x, y] = [points.map(([at]) => at!), points.map(([, height]) => height!)];
    const heightOf = { interpolation: (a: number, b: number) => (a + b) / 2, minoring: Math.min, majoring: Math.max };
    const height = heightOf[summationMethod];
    return x.slice(1).reduce((area, next, i) => area + (x[i]! - next) * height(y[i]!, y[i + 1]!), 0);
  }
}

/** Davis and Goadrich (2006): between two thresholds true positives grow evenly with what is said to be true, not precision. */
function interpolated(truePositives: readonly number[], falsePositives: readonly number[], positives: number): number {
  const said = truePositives.map((count, i) => count + falsePositives[i]!);
  let area = 0;
  for (let i = 0; i + 1 < said.length; i++) {
    const [a, b] = [said[i + 1]!, said[i]!];
    const grown = truePositives[i]! - truePositives[i + 1]!;
    const slope = ratio(grown, Math.max(b - a, 0));
    const intercept = truePositives[i + 1]! - slope * a;
    const log = a > 0 && b > 0 ? ln(b / a) : 0;
    area += ratio(slope * (grown + intercept * log), positives);
  }
  return area;
}

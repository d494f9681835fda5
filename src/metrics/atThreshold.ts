import { integer, nullable, optional } from "../base/options.js";
import { confusion as confusionPack } from "../engine/kernels/packs/confusion.generated.js";
import type { ProgramBuilder } from "../engine/program/program.js";
import type { Region } from "../engine/program/region.js";
import { rowsPerWeight } from "../losses/weights.js";
import { ratio, select } from "./counts.js";

/** The options of metrics that look for the best threshold. */
export const thresholdOptions = {
  /** How many thresholds are tried, at equal distances from 0 to 1. Default 200. */
  numThresholds: optional(integer(2), 200),
  /** Only this class counts. Default null: all. */
  classId: optional(nullable(integer(0)), null),
};

interface Thresholds {
  readonly className: string;
  readonly numThresholds: number;
  readonly classId: number | null;
}

/** Records how outputs spread between the thresholds, where targets are 1 and where they are 0. */
export function recordSpread(
  program: ProgramBuilder,
  output: Region,
  target: Region,
  weights: Region | 0,
  metric: Thresholds,
): Region {
  const n = metric.numThresholds;
  const [y, t] = select(program, metric.className, output, target, metric);
  const sums = program.batchRegion([2 * n]);
  program.call(
    confusionPack,
    "confusionHistogram",
    sums,
    y,
    t,
    weights,
    y.size,
    rowsPerWeight(weights, y.size),
    1,
    n,
    n - 1,
    0,
  );
  return sums;
}

/** At one threshold. */
export interface Rates {
  /** Of what is 1, the share that is said to be; also called sensitivity. */
  readonly recall: number;
  readonly precision: number;
  /** Of what is 0, the share that is said to be. */
  readonly specificity: number;
}

/** The most of one rate at a threshold where another is at least so much; 0 if there is none. */
export function mostAt(sums: ArrayLike<number>, most: keyof Rates, other: keyof Rates, least: number): number {
  const n = sums.length / 2;
  let [yes, no] = [0, 0];
  for (let i = 0; i < n; i++) {
    yes += sums[i]!;
    no += sums[n + i]!;
  }
  let [truePositives, falsePositives] = [yes, no];
  let best = 0;
  for (let i = 0; i < n; i++) {
    // What lies in the first part is at or below the first threshold.
    truePositives -= sums[i]!;
    falsePositives -= sums[n + i]!;
    const rates: Rates = {
      recall: ratio(truePositives, yes),
      precision: ratio(truePositives, truePositives + falsePositives),
      specificity: ratio(no - falsePositives, no),
    };
    if (rates[other] >= least) best = Math.max(best, rates[most]);
  }
  return best;
}

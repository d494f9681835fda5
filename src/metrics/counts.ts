import { checkNumber } from "../base/check.js";
import type { Option } from "../base/options.js";
import { integer, nullable, optional } from "../base/options.js";
import { confusion as confusionPack } from "../engine/kernels/packs/confusion.generated.js";
import type { ProgramBuilder } from "../engine/program/program.js";
import type { Region } from "../engine/program/region.js";
import { weightedRows } from "../losses/weights.js";
import type { MetricResult } from "./metric.js";

/** Where the four numbers of `confusionCounts` lie. */
export const COUNT = { truePositives: 0, falsePositives: 1, trueNegatives: 2, falseNegatives: 3 } as const;

/** Lower than all outputs, as Keras marks what is not among the greatest. */
const NOWHERE = -1e10;

type Thresholds = number | readonly number[];

/** The option of metrics that say yes above a threshold, or above each of several. */
export function thresholds() {
  const option: Option<Thresholds> = {
    check: (where, value) =>
      Array.isArray(value) && value.length > 0
        ? value.map((one, i) => checkNumber(`${where}[${i}]`, one, 0, 1))
        : checkNumber(where, value, 0, 1),
  };
  return optional(nullable(option), null);
}

/** The options of metrics that look at one class, or at the greatest outputs only. */
export const selection = {
  /** Only the k greatest outputs of a position may say yes; above 0.5 only if `thresholds` says so. Default null: all. */
  topK: optional(nullable(integer(1)), null),
  /** Only this class counts. Default null: all. */
  classId: optional(nullable(integer(0)), null),
};

interface Selection {
  readonly topK?: number | null;
  readonly classId: number | null;
}

/** Outputs and targets that count. @throws RangeError for a class that is none of the last axis */
export function select(
  program: ProgramBuilder,
  where: string,
  output: Region,
  target: Region,
  { topK = null, classId }: Selection,
): readonly [output: Region, target: Region] {
  const n = output.shape.at(-1) ?? 1;
  const rows = output.size / n;
  let from = output;
  if (topK !== null) {
    from = program.region(output.shape);
    program.call(confusionPack, "confusionTopK", from, output, rows, n, topK, NOWHERE);
  }
  if (classId === null) return [from, target];
  if (classId >= n) throw new RangeError(`${where}.classId: expected a class from 0 to ${n - 1}, got ${classId}`);
  const column = (of: Region) => {
    const to = program.region([rows]);
    program.call(confusionPack, "confusionColumn", to, of, rows, n, classId);
    return to;
  };
  return [column(from), column(target)];
}

/** Records the four counts for each threshold. @param usual the threshold that has not been given */
export function recordCounts(
  program: ProgramBuilder,
  output: Region,
  target: Region,
  weights: Region | 0,
  thresholds: Thresholds | null,
  usual = USUAL,
): Region {
  const list = [thresholds ?? usual].flat();
  const counts = program.batchRegion([4 * list.length]);
  for (const [i, threshold] of list.entries()) {
    const numbers = [...weightedRows(weights, output), threshold, 4 * i, 4 * list.length] as const;
    program.call(confusionPack, "confusionCounts", counts, output, target, weights, ...numbers);
  }
  return counts;
}

/** The same of what is selected. */
export function recordSelected(
  program: ProgramBuilder,
  output: Region,
  target: Region,
  weights: Region | 0,
  metric: Selection & { readonly className: string; readonly thresholds: Thresholds | null },
): Region {
  const selected = select(program, metric.className, output, target, metric);
  return recordCounts(program, ...selected, weights, metric.thresholds, metric.topK == null ? USUAL : NOWHERE);
}

/** What a threshold is that has not been given. */
const USUAL = 0.5;

/** A number for each threshold, or one if the option is no list. */
export function perThreshold(
  sums: ArrayLike<number>,
  thresholds: Thresholds | null,
  number: (count: (of: keyof typeof COUNT) => number) => number,
): MetricResult {
  const at = (i: number) => number((of) => sums[4 * i + COUNT[of]] ?? 0);
  return Array.isArray(thresholds) && thresholds.length > 1 ? thresholds.map((_, i) => at(i)) : at(0);
}

/** a / b, or 0 where b is 0. */
export function ratio(a: number, b: number): number {
  return b === 0 ? 0 : a / b;
}

import { checkShape, show } from "../base/check.js";
import { checkGiven, fn } from "../base/functions.js";
import { checkDeclared, type Given, integer, optional, text, type Values } from "../base/options.js";
import type { ProgramBuilder } from "../engine/program/program.js";
import type { Region } from "../engine/program/region.js";
import type { Shape } from "../engine/program/shape.js";
import { recordPerSample } from "../losses/perSample.js";
import { Metric, type MetricResult } from "./metric.js";
import { isMetricName } from "./resolve.js";

/** What is to be summed over the samples: a number, or as many as `sums` says. Otherwise as `SampleLoss`. */
export type SampleMetric = (yTrue: Float32Array, yPred: Float32Array, shape: Shape) => number | ArrayLike<number>;

/** The result of the sums. @param count the samples, or the sum of their weights */
export type SumsResult = (sums: readonly number[], count: number) => MetricResult;

const OPTIONS = {
  /** Under which it is logged and saved: a name that no metric here has. */
  name: text(),
  /** What is summed over the samples. */
  value: fn<SampleMetric>(),
  /** How many numbers that are. Default 1. */
  sums: optional(integer(1), 1),
  /** What is reported, from the sums and the number of samples. Default: the first sum divided by the samples, which is the mean. */
  result: optional(
    fn<SumsResult>(),
    () => (sums: readonly number[], count: number) => (count > 0 ? sums[0]! / count : 0),
  ),
  /** The shape of one sample's target, if there is no loss that says it. Default: that of the outputs. */
  targetShape: optional(fn<(output: Shape) => Shape>(), () => (output: Shape) => output),
};

/** Options of `customMetric`. */
export type CustomMetricOptions = Given<typeof OPTIONS>;

/** Its functions are called on the calling thread, sample after sample. */
class CustomMetric extends Metric {
  readonly name: string;
  readonly #options: Omit<Values<typeof OPTIONS>, "name">;

  constructor(options: CustomMetricOptions) {
    const { name, ...own } = checkDeclared("customMetric", OPTIONS, options);
    super("CustomMetric");
    this.name = name;
    this.#options = own;
    if (!isMetricName(name)) return;
    throw new RangeError(`customMetric.name: expected a name that no metric here has, got ${show(name)}`);
  }

  override get isFunction(): boolean {
    return true;
  }

  override targetShape(output: Shape): Shape {
    return checkShape(`customMetric ${show(this.name)}.targetShape`, this.#options.targetShape(output));
  }

  override weightShape(): Shape {
    return [];
  }

  record(program: ProgramBuilder, output: Region, target: Region, weights: Region | 0): Region {
    const { value, sums: k } = this.#options;
    const where = `customMetric ${show(this.name)}.value`;
    const sums = program.batchRegion([k]);
    recordPerSample(program, output, target, weights, (rows) => {
      const all = rows(sums);
      return (yTrue, yPred, weight, i) => {
        const given = value(yTrue, yPred, output.shape);
        if (k > 1 && (given as ArrayLike<number> | null)?.length !== k) {
          throw new TypeError(
            `${where}: expected a function that gives ${k} numbers, got one that gives ${show(given)}`,
          );
        }
        for (let j = 0; j < k; j++) {
          all[i * k + j] = weight * checkGiven(where, k > 1 ? (given as ArrayLike<number>)[j] : given);
        }
      };
    });
    return sums;
  }

  override result(sums: ArrayLike<number>, count: number): MetricResult {
    return this.#options.result(Array.from(sums), count);
  }
}

/**
 * A metric of your own: what is summed over the samples, and what is reported of the sums.
 *
 *     const within = customMetric({ name: "within", value: ([t], [p]) => Number(Math.abs(t - p) < 0.1) });
 *
 * Sample weights multiply the numbers of a sample, in `weightedMetrics`. Otherwise as `customLoss`; see `registerMetric`.
 * @throws TypeError, RangeError for wrong options; `fit` and `evaluate` throw what the functions throw, and TypeError if `value` gives other
 *   than numbers
 */
export function customMetric(options: CustomMetricOptions): Metric {
  return new CustomMetric(options);
}

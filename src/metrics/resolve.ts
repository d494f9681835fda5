import { show } from "../base/check.js";
import { OnDemand } from "../base/onDemand.js";
import type { ProgramBuilder } from "../engine/program/program.js";
import type { Region } from "../engine/program/region.js";
import type { Shape } from "../engine/program/shape.js";
import { Loss } from "../losses/loss.js";
import {
  type CamelCase,
  type ClassNames,
  classNames,
  isKnown,
  type KerasLossName,
  kerasNameOf,
  lossClassNames,
} from "../losses/names.js";
import { registeredLosses } from "../losses/registered.js";
import { resolveLoss } from "../losses/resolve.js";
import { BinaryAccuracy } from "./binaryAccuracy.js";
import { CategoricalAccuracy } from "./categoricalAccuracy.js";
import { LossMetric } from "./lossMetric.js";
import { Metric, type MetricResult } from "./metric.js";
import { registeredMetrics } from "./registered.js";
import { SparseCategoricalAccuracy } from "./sparseCategoricalAccuracy.js";

/** Metrics that are called as their classes are. All losses are metrics, too. */
const NAMES = [
  ...["binary_accuracy", "categorical_accuracy", "sparse_categorical_accuracy", "top_k_categorical_accuracy"],
  ...["sparse_top_k_categorical_accuracy", "false_negatives", "false_positives", "true_negatives", "true_positives"],
  ...["precision", "recall", "f1_score", "confusion_matrix", "binary_io_u", "mean", "sum", "r2_score"],
  ...["root_mean_squared_error", "concordance_correlation", "pearson_correlation"],
] as const;
/** Other names of metrics, with the classes. */
const OTHERS = {
  auc: "AUC",
  f_beta_score: "FBetaScore",
  fbeta_score: "FBetaScore",
  log_cosh: "LogCoshError",
  log_cosh_error: "LogCoshError",
  logcosh: "LogCoshError",
  rmse: "RootMeanSquaredError",
} as const;
const CLASS_NAMES: ClassNames = /* @__PURE__ */ Object.assign(
  {},
  lossClassNames,
  /* @__PURE__ */ classNames(NAMES, OTHERS),
);

type KerasName = KerasLossName | (typeof NAMES)[number] | keyof typeof OTHERS;

/** A metric by its name, as Keras has it or in camel case: `binary_accuracy`, `binaryAccuracy`. */
export type MetricName = "accuracy" | "acc" | KerasName | CamelCase<KerasName>;

/** All of them: imported when a model names one that is not there at once, or a file holds one with options. */
export const metricRegistry = /* @__PURE__ */ new OnDemand(() => import("./registry.js"));

/** A metric that is known by name, and imported before it is asked for anything but its name. */
class NamedMetric extends Metric {
  readonly name: string;
  #found: Metric | undefined;

  constructor(name: string, className: string) {
    super(className);
    this.name = name;
  }

  override load(): Promise<void> {
    return metricRegistry.load();
  }

  get #loaded(): Metric {
    this.#found ??= metricRegistry.part.metricByClass(this.className);
    return this.#found;
  }

  override targetShape(output: Shape): Shape {
    return this.#loaded.targetShape(output);
  }

  override fits(output: Shape, target: Shape): boolean {
    return this.#loaded.fits(output, target);
  }

  override weightShape(output: Shape): Shape {
    return this.#loaded.weightShape(output);
  }

  record(program: ProgramBuilder, output: Region, target: Region, weights: Region | 0): Region {
    return this.#loaded.record(program, output, target, weights);
  }

  override result(sums: ArrayLike<number>, count: number): MetricResult {
    return this.#loaded.result(sums, count);
  }

  /** What is not said has its default. */
  override config(): Record<string, unknown> {
    return {};
  }
}

/**
 * What "accuracy" means for outputs and targets of these shapes, per sample, as in Keras: of one number a position whether it is above
 * 0.5; for labels, which have fewer axes or one number in the last, whether the greatest output is there; else whether the greatest
 * output is at the greatest target.
 */
export function resolveAccuracy(output: Shape, target: Shape): Metric {
  if (output.at(-1) === 1) return new BinaryAccuracy();
  const isSparse = target.length < output.length || target.at(-1) === 1;
  return isSparse ? new SparseCategoricalAccuracy() : new CategoricalAccuracy();
}

/** The metric "accuracy", which depends on the shapes that it is recorded for. */
class AccuracyByShape extends Metric {
  constructor(readonly name: string) {
    super(name);
  }

  override fits(output: Shape, target: Shape): boolean {
    return resolveAccuracy(output, target).fits(output, target);
  }

  record(program: ProgramBuilder, output: Region, target: Region, weights: Region | 0): Region {
    return resolveAccuracy(output.shape, target.shape).record(program, output, target, weights);
  }
}

/** As Keras does, however it is spelt; it is logged as it is given. */
const isAccuracy = (name: string) => ["accuracy", "acc"].includes(name.toLowerCase());

/** Whether a metric here has this name, in any form, or "loss" is meant. */
export function isMetricName(value: string): boolean {
  return value === "loss" || isAccuracy(value) || isKnown(value, CLASS_NAMES);
}

/**
 * The metric of a name.
 * @throws RangeError for a name that no metric has, TypeError for another kind of value
 */
export function resolveMetric(where: string, value: MetricName | Metric | Loss): Metric {
  if (value instanceof Metric) {
    if (value.isFunction) registeredMetrics.add(value);
    return value;
  }
  if (value instanceof Loss) return new LossMetric(resolveLoss(where, value));
  if (typeof value !== "string") {
    throw new TypeError(`${where}: expected the name of a metric, a metric or a loss, got ${show(value)}`);
  }
  if (isAccuracy(value)) return new AccuracyByShape(value);
  const own = registeredMetrics.get(value);
  if (own) return own;
  const loss = registeredLosses.get(value);
  if (loss) return new LossMetric(loss);
  const name = kerasNameOf(where, value, CLASS_NAMES, ["accuracy", "acc"]);
  const className = CLASS_NAMES[name]!;
  return className === "CategoricalAccuracy" ? new CategoricalAccuracy() : new NamedMetric(name, className);
}

import { checkChoice, show } from "../base/check.js";
import type { ProgramBuilder } from "../engine/program/program.js";
import type { Region } from "../engine/program/region.js";
import type { Shape } from "../engine/program/shape.js";
import { Loss } from "../losses/loss.js";
import { registeredLosses } from "../losses/registered.js";
import { resolveLoss } from "../losses/resolve.js";
import { BinaryAccuracy } from "./binaryAccuracy.js";
import { CategoricalAccuracy } from "./categoricalAccuracy.js";
import { LossMetric } from "./lossMetric.js";
import { Metric, type MetricResult } from "./metric.js";
import { registeredMetrics, registerMetric } from "./registered.js";
import { SparseCategoricalAccuracy } from "./sparseCategoricalAccuracy.js";

/** Classes by Keras' names, and by its short ones. */
const NAMES = {
  auc: "AUC",
  binary_accuracy: "BinaryAccuracy",
  binary_crossentropy: "BinaryCrossentropy",
  categorical_accuracy: "CategoricalAccuracy",
  categorical_crossentropy: "CategoricalCrossentropy",
  false_negatives: "FalseNegatives",
  false_positives: "FalsePositives",
  hinge: "Hinge",
  kl_divergence: "KLDivergence",
  kullback_leibler_divergence: "KLDivergence",
  kld: "KLDivergence",
  log_cosh: "LogCoshError",
  logcosh: "LogCoshError",
  mean_absolute_error: "MeanAbsoluteError",
  mae: "MeanAbsoluteError",
  mean_absolute_percentage_error: "MeanAbsolutePercentageError",
  mape: "MeanAbsolutePercentageError",
  mean_squared_error: "MeanSquaredError",
  mse: "MeanSquaredError",
  mean_squared_logarithmic_error: "MeanSquaredLogarithmicError",
  msle: "MeanSquaredLogarithmicError",
  poisson: "Poisson",
  precision: "Precision",
  recall: "Recall",
  root_mean_squared_error: "RootMeanSquaredError",
  rmse: "RootMeanSquaredError",
  sparse_categorical_accuracy: "SparseCategoricalAccuracy",
  sparse_categorical_crossentropy: "SparseCategoricalCrossentropy",
  sparse_top_k_categorical_accuracy: "SparseTopKCategoricalAccuracy",
  squared_hinge: "SquaredHinge",
  top_k_categorical_accuracy: "TopKCategoricalAccuracy",
  true_negatives: "TrueNegatives",
  true_positives: "TruePositives",
  categorical_hinge: "CategoricalHinge",
  concordance_correlation: "ConcordanceCorrelation",
  confusion_matrix: "ConfusionMatrix",
  cosine_similarity: "CosineSimilarity",
  f1_score: "F1Score",
  fbeta_score: "FBetaScore",
  mean: "Mean",
  pearson_correlation: "PearsonCorrelation",
  r2_score: "R2Score",
  sum: "Sum",
  binary_io_u: "BinaryIoU",
  huber: "Huber",
  huber_loss: "Huber",
  binary_focal_crossentropy: "BinaryFocalCrossentropy",
  categorical_focal_crossentropy: "CategoricalFocalCrossentropy",
  categorical_generalized_cross_entropy: "CategoricalGeneralizedCrossEntropy",
  dice: "Dice",
  tversky: "Tversky",
} as const;

type CamelCase<S extends string> = S extends `${infer A}_${infer B}` ? `${A}${Capitalize<CamelCase<B>>}` : S;

/** A metric by its name, as Keras has it or in camel case: `binary_accuracy`, `binaryAccuracy`. */
export type MetricName = "accuracy" | "acc" | keyof typeof NAMES | CamelCase<keyof typeof NAMES>;

/** Imported when a name is first needed, for all of them. */
let registry: typeof import("./registry.js") | undefined;

/** A metric that is known by name, and imported before it is asked for anything but its name. */
class NamedMetric extends Metric {
  readonly name: string;
  #found: Metric | undefined;

  constructor(name: string, className: string) {
    super(className);
    this.name = name;
  }

  override async load(): Promise<void> {
    registry ??= await import("./registry.js");
  }

  get #loaded(): Metric {
    this.#found ??= registry?.metricByClass(this.className);
    if (!this.#found) throw new Error(`${this.className}: expected load() before this, got none`);
    return this.#found;
  }

  override targetShape(output: Shape): Shape {
    return this.#loaded.targetShape(output);
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
  constructor(readonly name: "accuracy" | "acc") {
    super(name);
  }

  record(program: ProgramBuilder, output: Region, target: Region, weights: Region | 0): Region {
    return resolveAccuracy(output.shape, target.shape).record(program, output, target, weights);
  }
}

/** Keras' name for a name in any form. */
function nameOf(value: string): string {
  // Keras takes MSE, AUC and the like too.
  const short = value.toLowerCase();
  return Object.hasOwn(NAMES, short) ? short : value.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** Whether a metric here has this name, in any form, or "loss" is meant. */
export function isMetricName(value: string): boolean {
  return ["loss", "accuracy", "acc"].includes(value) || Object.hasOwn(NAMES, nameOf(value));
}

/**
 * The metric of a name.
 * @throws RangeError for a name that no metric has, TypeError for another kind of value
 */
export function resolveMetric(where: string, value: MetricName | Metric | Loss): Metric {
  if (value instanceof Metric) {
    if (value.isFunction) registerMetric(value);
    return value;
  }
  if (value instanceof Loss) return new LossMetric(resolveLoss(where, value));
  if (typeof value !== "string") {
    throw new TypeError(`${where}: expected the name of a metric, a metric or a loss, got ${show(value)}`);
  }
  if (value === "accuracy" || value === "acc") return new AccuracyByShape(value);
  const own = registeredMetrics.get(value);
  if (own) return own;
  const loss = registeredLosses.get(value);
  if (loss) return new LossMetric(loss);
  const name = nameOf(value);
  if (!Object.hasOwn(NAMES, name)) checkChoice(where, value, ["accuracy", "acc", ...Object.keys(NAMES)]);
  const className = NAMES[name as keyof typeof NAMES];
  return className === "CategoricalAccuracy" ? new CategoricalAccuracy() : new NamedMetric(name, className);
}

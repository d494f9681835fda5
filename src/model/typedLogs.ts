// Types alone: what `compile` was given says which names logs have.

import type { History, Logs } from "../callbacks/logs.js";
import type { BatchDataset, Data } from "../data/samples.js";
import type { CompileOptions } from "./compile.js";
import type { EvaluateOptions, FitOptions, WeightOptions } from "./options.js";

/** Metrics that may give several numbers, which are logged under names with numbers. */
type Several = "confusion_matrix" | "confusionMatrix" | "f1_score" | "f1Score" | "fbeta_score" | "fbetaScore";

/** Under which a metric of a list is logged: any name if it is an object. */
type Named<Metric> = Metric extends string ? (Metric extends Several ? string : Metric) : string;

/** The names of one list; any where outputs have lists of their own. */
type Listed<List> = List extends readonly (infer Metric)[] ? Named<Metric> : List extends undefined ? never : string;

type Weighted<Name extends string, Taken extends string> = Name extends Taken ? `weighted_${Name}` : Name;

/** What logs have beside the loss, where a model has one output; any names where the types do not say it. */
export type LogNames<O extends CompileOptions> = O["loss"] extends string | { targetShape: unknown }
  ? Listed<Given<O, "metrics">> | Weighted<Listed<Given<O, "weightedMetrics">>, Listed<Given<O, "metrics">>>
  : string;

type Given<O, Key extends string> = O extends Readonly<Record<Key, infer List>> ? List : undefined;

/** The calls of a model that give logs, with their names. */
export interface TypedLogs<Name extends string> {
  /** Trains, as `fit` of `Sequential` and `Model`. */
  fit(dataset: BatchDataset, options?: FitOptions): Promise<History<Name>>;
  /** Trains, as `fit` of `Sequential` and `Model`. */
  fit(x: Data, y: Data, options?: FitOptions): Promise<History<Name>>;
  /** Loss and metrics, as `evaluate` of `Sequential` and `Model`. */
  evaluate(dataset: BatchDataset, options?: EvaluateOptions): Promise<Logs<Name>>;
  /** Loss and metrics, as `evaluate` of `Sequential` and `Model`. */
  evaluate(x: Data, y: Data, options?: EvaluateOptions): Promise<Logs<Name>>;
  /** One step, as `trainOnBatch` of `Sequential` and `Model`. */
  trainOnBatch(x: Data, y: Data, options?: WeightOptions): Promise<Logs<Name>>;
  /** Loss and metrics of one batch, as `testOnBatch` of `Sequential` and `Model`. */
  testOnBatch(x: Data, y: Data, options?: WeightOptions): Promise<Logs<Name>>;
}

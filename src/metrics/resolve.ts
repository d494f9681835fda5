import { checkChoice } from "../engine/check.js";
import { CategoricalAccuracy } from "./categoricalAccuracy.js";
import type { Metric } from "./metric.js";

export type MetricName = "accuracy" | "acc" | "categoricalAccuracy" | "categorical_accuracy";

/** @throws RangeError for a name that is none */
export function resolveMetric(where: string, name: MetricName): Metric {
  checkChoice<MetricName>(where, name, ["accuracy", "acc", "categoricalAccuracy", "categorical_accuracy"]);
  return new CategoricalAccuracy();
}

import { checkChoice } from "../engine/check.js";
import type { Shape } from "../engine/shape.js";
import type { Loss } from "../losses/loss.js";
import { CategoricalAccuracy } from "./categoricalAccuracy.js";
import { Metric } from "./metric.js";

export type MetricName = "accuracy" | "acc" | "categoricalAccuracy" | "categorical_accuracy";

/**
 * The metric of a name.
 * @param output shape of the model's output, by which "accuracy" is chosen as Keras chooses it
 * @throws RangeError for an unknown name
 */
export function resolveMetric(where: string, name: MetricName | Metric, _output?: Shape, _loss?: Loss): Metric {
  if (name instanceof Metric) return name;
  checkChoice<MetricName>(where, name, ["accuracy", "acc", "categoricalAccuracy", "categorical_accuracy"]);
  return new CategoricalAccuracy();
}

// All metrics by Keras' names, and those of configs. Imported when a model names one that is not there at once, or a file.

import { show } from "../base/check.js";
import { ifOwn, registered } from "../base/registered.js";
import { classesOf, optionsFromConfig } from "../base/registry.js";
import { isLoss, lossByClass, lossFromConfig } from "../losses/registry.js";
import * as metrics from "./index.js";
import { LossMetric } from "./lossMetric.js";
import type { Metric } from "./metric.js";

const METRICS = classesOf<Metric>(metrics);
/** Options that Keras' configs hold with one value, or that never decide what is computed here. */
const FIXED = { axis: -1 };
const IGNORED = ["name"];
/** The labels of an AUC are those of the output; counts are integers in Keras. */
const IGNORED_OF: Readonly<Record<string, readonly string[]>> = {
  AUC: ["num_labels"],
  ...Object.fromEntries(["IoU", "BinaryIoU", "MeanIoU", "OneHotIoU", "OneHotMeanIoU"].map((name) => [name, ["dtype"]])),
};

/** The metric of this class, with its defaults. */
export function metricByClass(className: string): Metric {
  const metricClass = METRICS.get(className);
  return metricClass ? new metricClass() : new LossMetric(lossByClass(className));
}

/**
 * The metric of a Keras config, in Keras' snake case or in camel case.
 * @throws TypeError or RangeError that says what is not supported
 */
export function metricFromConfig(className: string, config: Readonly<Record<string, unknown>>): Metric {
  const own = registered("metric", className);
  if (own) return own.fromConfig(config) as Metric;
  const metricClass = METRICS.get(className.replace(/^.*>/, ""));
  if (!metricClass && isLoss(className)) {
    const loss = lossFromConfig(className, config);
    return new LossMetric(loss, ownName(loss.name, config));
  }
  if (!metricClass)
    throw new RangeError(
      `metric: expected ${[...METRICS.keys()].join(", ")}, got ${show(className)}${ifOwn("metric")}`,
    );
  const { declared, className: where } = metricClass;
  const ignored = [...IGNORED, ...(IGNORED_OF[where] ?? [])];
  const plain = Object.fromEntries(Object.entries(config).map(([key, value]) => [key, listOf(value)]));
  const options = optionsFromConfig(where, { declared, fixed: FIXED }, plain, ignored);
  const { name } = new metricClass(options);
  return new metricClass({ ...options, ...ownName(name, config) });
}

/** Keras writes lists of numbers as tensors. */
function listOf(value: unknown): unknown {
  const { class_name: kind, config } = (value ?? {}) as { class_name?: unknown; config?: { value?: unknown } };
  return kind === "__tensor__" || kind === "__numpy__" ? config?.value : value;
}

/** The name that was given, where it is another than that of the class. */
function ownName(usual: string, { name }: Readonly<Record<string, unknown>>): { readonly name?: string } {
  return typeof name === "string" && name !== usual ? { name } : {};
}

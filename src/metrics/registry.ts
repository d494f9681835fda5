// All metrics by Keras' names, and those of configs. Imported when a model names one that is not there at once, or a file.

import { classesOf, optionsFromConfig } from "../base/registry.js";
import { show } from "../engine/check.js";
import * as metrics from "./index.js";
import type { Metric } from "./metric.js";

const METRICS = classesOf<Metric>(metrics);
/** Options that Keras' configs hold with one value, or that never decide what is computed here. */
const FIXED = { axis: -1, multi_label: false, from_logits: false, num_labels: null };
const IGNORED = ["name"];
/** The thresholds of an AUC are those of their number; counts are integers in Keras. */
const IGNORED_OF: Readonly<Record<string, readonly string[]>> = { AUC: ["thresholds"], MeanIoU: ["dtype"] };

/** The metric of this class, with its defaults. */
export function metricByClass(className: string): Metric {
  return new (METRICS.get(className)!)();
}

/**
 * The metric of a Keras config, in Keras' snake case or in camel case.
 * @throws TypeError or RangeError that says what is not supported
 */
export function metricFromConfig(className: string, config: Readonly<Record<string, unknown>>): Metric {
  const metricClass = METRICS.get(className.replace(/^.*>/, ""));
  if (!metricClass) throw new RangeError(`metric: expected ${[...METRICS.keys()].join(", ")}, got ${show(className)}`);
  const { declared, className: where } = metricClass;
  const ignored = [...IGNORED, ...(IGNORED_OF[where] ?? [])];
  return new metricClass(optionsFromConfig(where, { declared, fixed: FIXED }, config, ignored));
}

// All metrics by Keras' names: for what reads configs, and only imported by that.

import { classesOf, optionsFromConfig } from "../base/registry.js";
import * as all from "./index.js";
import type { Metric } from "./metric.js";

const CLASSES = classesOf<Metric>(all);

/** @throws RangeError for an unknown class, and with all options that are not supported */
export function metricFromConfig(className: string, config: Readonly<Record<string, unknown>>): Metric {
  const known = CLASSES.get(className);
  if (!known) throw new RangeError(`metric: expected ${[...CLASSES.keys()].join(", ")}, got ${className}`);
  return new known(optionsFromConfig(className, known, config, ["name"]));
}

// All regularizers by Keras' names. Imported when a model names one.

import { classesOf, optionsFromConfig } from "../base/registry.js";
import type { WeightRegularizer } from "../engine/program/weight.js";
import * as all from "./index.js";

const CLASSES = classesOf<WeightRegularizer>(all);

/** @throws RangeError that says what of the config is not supported, or that there is no such class */
export function makeRegularizer(className: string, config: Readonly<Record<string, unknown>>): WeightRegularizer {
  const known = CLASSES.get(className);
  if (!known) throw new RangeError(`regularizer: expected ${[...CLASSES.keys()].join(" or ")}, got ${className}`);
  return new known(optionsFromConfig(className, known, config));
}

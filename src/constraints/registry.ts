// All constraints by Keras' names. Imported when a model names one.

import { classesOf, optionsFromConfig } from "../base/registry.js";
import type { WeightConstraint } from "../engine/program/weight.js";
import * as all from "./index.js";

const CLASSES = classesOf<WeightConstraint>(all);

/** @throws RangeError that says what of the config is not supported, or that there is no such class */
export function makeConstraint(className: string, config: Readonly<Record<string, unknown>>): WeightConstraint {
  const known = CLASSES.get(className);
  if (!known) throw new RangeError(`constraint: expected ${[...CLASSES.keys()].join(" or ")}, got ${className}`);
  return new known(optionsFromConfig(className, known, config));
}

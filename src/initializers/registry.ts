// All initializers by Keras' names. Imported when a model names one that is not there at once.

import { classesOf, optionsFromConfig } from "../base/registry.js";
import type { Initializer } from "../engine/program/weight.js";
import * as all from "./index.js";

const CLASSES = classesOf<Initializer>(all);

/** @throws RangeError that says what of the config is not supported */
export function makeInitializer(className: string, config: Readonly<Record<string, unknown>>): Initializer {
  const known = CLASSES.get(className)!;
  return new known(optionsFromConfig(className, known, config, ["seed"]));
}

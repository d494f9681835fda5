// All losses by Keras' names: for what reads configs, and only imported by that.

import { classesOf, optionsFromConfig } from "../base/registry.js";
import * as all from "./index.js";
import type { Loss } from "./loss.js";

const CLASSES = classesOf<Loss>(all);

/** @throws RangeError for an unknown class, and with all options that are not supported */
export function lossFromConfig(className: string, config: Readonly<Record<string, unknown>>): Loss {
  const known = CLASSES.get(className);
  if (!known) throw new RangeError(`loss: expected ${[...CLASSES.keys()].join(", ")}, got ${className}`);
  return new known(optionsFromConfig(className, known, config, ["name"]));
}

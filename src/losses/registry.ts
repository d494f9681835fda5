// All losses by Keras' names, and those of configs. Imported when a model names one that is not there at once, or a file.

import { show } from "../base/check.js";
import { ifOwn, registered } from "../base/registered.js";
import { classesOf, optionsFromConfig } from "../base/registry.js";
import * as losses from "./index.js";
import type { Loss } from "./loss.js";

const LOSSES = classesOf<Loss>(losses);

/** Whether a loss has this class name. */
export function isLoss(className: string): boolean {
  return LOSSES.has(className.replace(/^.*>/, ""));
}

/** The loss of this class, with its defaults. */
export function lossByClass(className: string): Loss {
  return new (LOSSES.get(className)!)();
}

/**
 * The loss of a Keras config, in Keras' snake case or in camel case.
 * @throws TypeError or RangeError that says what is not supported
 */
export function lossFromConfig(className: string, config: Readonly<Record<string, unknown>>): Loss {
  const own = registered("loss", className);
  if (own) return own.fromConfig(config) as Loss;
  const lossClass = LOSSES.get(className.replace(/^.*>/, ""));
  if (!lossClass)
    throw new RangeError(`loss: expected ${[...LOSSES.keys()].join(", ")}, got ${show(className)}${ifOwn("loss")}`);
  const { reduction, ...rest } = config;
  // Keras 2 had "auto" for what is now the default.
  const given = reduction === "auto" ? rest : reduction === null ? { ...rest, reduction: "none" } : config;
  const fixed = { axis: -1, ...lossClass.fixed };
  return new lossClass(
    optionsFromConfig(lossClass.className, { declared: lossClass.declared, fixed }, given, ["name", "fn"]),
  );
}

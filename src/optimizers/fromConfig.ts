// All optimizers by Keras' names, and those of configs. Imported when a model names one that is not there at once, or a file.

import { show } from "../base/check.js";
import { ifOwn, type Kind, registered } from "../base/registered.js";
import { classesOf, optionsFromConfig } from "../base/registry.js";
import * as schedules from "../schedules/index.js";
import type { Schedule } from "../schedules/schedule.js";
import * as optimizers from "./index.js";
import { IGNORED, optimizerOf } from "./ofConfig.js";
import type { Optimizer } from "./optimizer.js";

const OPTIMIZERS = classesOf<Optimizer>(optimizers);
const SCHEDULES = classesOf<Schedule>(schedules);

/** The class of this name, in any case, with the package that a file puts before it or without. @throws RangeError */
function classOf<C>(where: string, kind: Kind, classes: ReadonlyMap<string, C>, name: unknown): C {
  const own = registered(kind, String(name));
  if (own) return own.made as C;
  const wanted = String(name).replace(/^.*>/, "").toLowerCase();
  for (const [className, each] of classes) if (className.toLowerCase() === wanted) return each;
  throw new RangeError(`${where}: expected ${[...classes.keys()].join(", ")}, got ${show(name)}${ifOwn(kind)}`);
}

/** The optimizer of this name, in any case, with its defaults. */
export function optimizerByName(name: string): Optimizer {
  return new (classOf("optimizer", "optimizer", OPTIMIZERS, name))();
}

/**
 * The schedule of a Keras config: `{ class_name, config }`.
 * @throws RangeError that says what is not supported
 */
export function scheduleFromConfig(where: string, value: object): Schedule {
  const { class_name, className = class_name, config } = value as Record<string, unknown>;
  const scheduleClass = classOf(where, "schedule", SCHEDULES, className);
  const given = (config ?? {}) as Record<string, unknown>;
  return new scheduleClass(optionsFromConfig(scheduleClass.className, scheduleClass, given, IGNORED));
}

/**
 * The optimizer of a Keras config, in Keras' snake case or in camel case.
 * @throws TypeError or RangeError that says what is not supported
 */
export function optimizerFromConfig(className: string, config: Readonly<Record<string, unknown>>): Optimizer {
  const optimizerClass = classOf("optimizer", "optimizer", OPTIMIZERS, className);
  const entries = Object.entries(config).map(([key, value]) => {
    const isSchedule = /^(learning_rate|learningRate|lr)$/.test(key) && typeof value === "object" && value !== null;
    return [key, isSchedule ? scheduleFromConfig(`${className}.learningRate`, value) : value] as const;
  });
  return optimizerOf(optimizerClass, Object.fromEntries(entries));
}

import { show } from "../engine/check.js";
import type { Optimizer } from "./optimizer.js";
import { RMSprop } from "./rmsprop.js";

interface OptimizerClass {
  /** Keras' names of the options that the constructor takes. */
  readonly options: readonly string[];
  readonly make: (options: Record<string, never>) => Optimizer;
}

const CLASSES: ReadonlyMap<string, OptimizerClass> = new Map([
  [
    "rmsprop",
    {
      options: ["learning_rate", "rho", "momentum", "epsilon", "centered"],
      make: (options: Record<string, never>) => new RMSprop(options),
    },
  ],
]);

/** Options of Keras that say nothing as long as they have this value, or are null. */
const FIXED: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ["use_ema", false],
  ["decay", 0],
]);
/** Options that never decide what is computed here. */
const IGNORED = ["name", "ema_momentum", "ema_overwrite_frequency", "jit_compile", "is_legacy_optimizer"];

/**
 * The optimizer of a Keras config, in Keras' snake case or in camel case.
 * @throws Error, TypeError or RangeError that says what is not supported
 */
export function optimizerFromConfig(className: string, config: Readonly<Record<string, unknown>>): Optimizer {
  const optimizerClass = CLASSES.get(className.replace(/^Custom>/, "").toLowerCase());
  if (!optimizerClass) throw new RangeError(`optimizer: expected ${[...CLASSES.keys()].join(", ")}, got ${className}`);
  const options: [name: string, value: unknown][] = [];
  const problems: string[] = [];
  for (const [key, value] of Object.entries(config)) {
    const name = key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    if (value === null || value === undefined || IGNORED.includes(name)) continue;
    if (optimizerClass.options.includes(name)) {
      options.push([name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()), value]);
    } else if (!(FIXED.has(name) && FIXED.get(name) === value)) problems.push(`${name} ${show(value)}`);
  }
  if (problems.length > 0) throw new RangeError(`${className}: expected no ${problems.join(", no ")}`);
  return optimizerClass.make(Object.fromEntries(options) as Record<string, never>);
}

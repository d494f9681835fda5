import { registered } from "../base/registered.js";
import { optimizerOf } from "./ofConfig.js";
import type { Optimizer } from "./optimizer.js";
import { optimizerRegistry } from "./resolve.js";
import { RMSprop } from "./rmsprop.js";

/**
 * The optimizer of a Keras config, in Keras' snake case or in camel case. Keras' default is there at once, all others on demand.
 * @throws TypeError or RangeError that says what is not supported
 */
export function readOptimizer(className: string, config: Readonly<Record<string, unknown>>): Optimizer {
  const isDefault = className === RMSprop.className && !registered("optimizer", className);
  const hasSchedule = Object.values(config).some((value) => typeof value === "object" && value !== null);
  if (isDefault && !hasSchedule) return optimizerOf(RMSprop, config);
  return optimizerRegistry.part.optimizerFromConfig(className, config);
}

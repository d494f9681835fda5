import { checkChoice } from "../engine/check.js";
import { Optimizer } from "./optimizer.js";
import { RMSprop } from "./rmsprop.js";

export type OptimizerName = "rmsprop";

/** @throws RangeError for a name that is none */
export function resolveOptimizer(where: string, value: OptimizerName | Optimizer): Optimizer {
  if (value instanceof Optimizer) return value;
  checkChoice(where, typeof value === "string" ? value.toLowerCase() : value, ["rmsprop"]);
  return new RMSprop();
}

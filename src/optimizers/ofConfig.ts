import { type DeclaredClass, optionsFromConfig } from "../base/registry.js";
import type { Optimizer } from "./optimizer.js";

/** Options that never decide what is computed here. */
export const IGNORED: readonly string[] = ["name"];
/** Keras 2's decay of the learning rate. */
const FIXED = { decay: 0 };

/**
 * An optimizer of this class by its config, in Keras' snake case or in camel case.
 * @throws TypeError or RangeError that says what is not supported
 */
export function optimizerOf(
  optimizerClass: DeclaredClass<Optimizer>,
  config: Readonly<Record<string, unknown>>,
): Optimizer {
  const { className, declared } = optimizerClass;
  return new optimizerClass(optionsFromConfig(className, { declared, fixed: FIXED }, config, IGNORED));
}

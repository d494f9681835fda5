import { registerClass } from "../base/register.js";
import type { DeclaredClass } from "../base/registry.js";
import type { Optimizer } from "./optimizer.js";

/**
 * Makes a class of optimizers of your own known to what reads files; one of the same name is replaced.
 * @param optimizerClass made with `optimizers.defineOptimizer`
 * @throws TypeError for another value
 */
export function registerOptimizer(optimizerClass: DeclaredClass<Optimizer>): void {
  registerClass("optimizer", optimizerClass);
}

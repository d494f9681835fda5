import { registerClass } from "../base/register.js";
import type { DeclaredClass } from "../base/registry.js";
import type { WeightRegularizer } from "../engine/program/weight.js";

/**
 * Makes a class of regularizers of your own known to what reads files, and by its name to options of layers; one of the same name is replaced.
 * @param regularizerClass made with `regularizers.defineRegularizer`
 * @throws TypeError for another value
 */
export function registerRegularizer(regularizerClass: DeclaredClass<WeightRegularizer>): void {
  registerClass("regularizer", regularizerClass);
}

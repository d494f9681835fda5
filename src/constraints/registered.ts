import { registerClass } from "../base/register.js";
import type { DeclaredClass } from "../base/registry.js";
import type { WeightConstraint } from "../engine/program/weight.js";

/**
 * Makes a class of constraints of your own known to what reads files, and by its name to options of layers; one of the same name is replaced.
 * @param constraintClass made with `constraints.defineConstraint`
 * @throws TypeError for another value
 */
export function registerConstraint(constraintClass: DeclaredClass<WeightConstraint>): void {
  registerClass("constraint", constraintClass);
}

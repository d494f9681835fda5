import { registerClass } from "../base/register.js";
import type { DeclaredClass } from "../base/registry.js";
import type { Initializer } from "../engine/program/weight.js";

/**
 * Makes a class of initializers of your own known to what reads files, and by its name to options of layers; one of the same name is replaced.
 * @param initializerClass made with `initializers.defineInitializer`
 * @throws TypeError for another value
 */
export function registerInitializer(initializerClass: DeclaredClass<Initializer>): void {
  registerClass("initializer", initializerClass);
}

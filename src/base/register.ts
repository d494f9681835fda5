import { show } from "./check.js";
import { type Kind, registeredClasses } from "./registered.js";
import { type DeclaredClass, optionsFromConfig } from "./registry.js";

/**
 * Makes a class known by its name to what reads files; one of the same name is replaced.
 * @throws TypeError for what has no className and declared options
 */
export function registerClass<T>(kind: Kind, given: DeclaredClass<T>): void {
  if (typeof given !== "function" || typeof given.className !== "string" || typeof given.declared !== "object") {
    const name = `${kind[0]!.toUpperCase()}${kind.slice(1)}`;
    throw new TypeError(`register${name}: expected a class made with define${name}, got ${show(given)}`);
  }
  const fromConfig = (config: Readonly<Record<string, unknown>>) =>
    new given(optionsFromConfig(given.className, given, config, ["name"]));
  registeredClasses.set(`${kind} ${given.className}`, { made: given, fromConfig });
}

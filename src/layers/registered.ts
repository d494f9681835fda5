import { show } from "../base/check.js";
import type { DeclaredClass } from "../base/registry.js";
import type { Layer } from "./base/layer.js";

/** Classes of users, by name. */
export const registeredLayers: Map<string, DeclaredClass<Layer>> = /* @__PURE__ */ new Map();

/**
 * Makes a class of layers of your own known to the readers of files.
 * @param layerClass made with `defineLayer`
 * @throws TypeError for another value
 */
export function registerLayer(layerClass: DeclaredClass<Layer>): void {
  if (
    typeof layerClass !== "function" ||
    typeof layerClass.className !== "string" ||
    typeof layerClass.declared !== "object"
  ) {
    throw new TypeError(`registerLayer: expected a class with className and declared options, got ${show(layerClass)}`);
  }
  registeredLayers.set(layerClass.className, layerClass);
}

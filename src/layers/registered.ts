import { type DeclaredClass, Registered } from "../base/registry.js";
import type { Layer } from "./base/layer.js";

export const registeredLayers = /* @__PURE__ */ new Registered<Layer>("registerLayer");

/**
 * Makes a class of layers of your own known to the readers of files.
 * @param layerClass made with `defineLayer`
 * @throws TypeError for another value
 */
export function registerLayer(layerClass: DeclaredClass<Layer>): void {
  registeredLayers.add(layerClass);
}

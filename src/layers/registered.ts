import { registerClass } from "../base/register.js";
import type { DeclaredClass } from "../base/registry.js";
import type { Layer } from "./base/layer.js";

/**
 * Makes a class of layers of your own known to the readers of files; one of the same name is replaced.
 * @param layerClass made with `defineLayer` or `defineBlock`
 * @throws TypeError for another value
 */
export function registerLayer(layerClass: DeclaredClass<Layer>): void {
  registerClass("layer", layerClass);
}

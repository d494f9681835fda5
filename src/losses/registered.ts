import { RegisteredFunctions } from "../base/functions.js";
import { registerClass } from "../base/register.js";
import type { DeclaredClass } from "../base/registry.js";
import type { Loss } from "./loss.js";

export const registeredLosses = /* @__PURE__ */ new RegisteredFunctions<Loss>("registerLoss", "customLoss");

/**
 * Makes a loss of your own known by its name to `compile` and to what reads files; or a class of losses to what reads files. One of the
 * same name is replaced. `compile` does that itself with what `customLoss` has made.
 * @param loss made by `customLoss`, or a class made with `losses.defineLoss`
 * @throws TypeError for another value
 */
export function registerLoss(loss: Loss | DeclaredClass<Loss>): void {
  if (typeof loss === "function") registerClass("loss", loss);
  else registeredLosses.add(loss);
}

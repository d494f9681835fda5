import { RegisteredFunctions } from "../base/functions.js";
import type { Loss } from "./loss.js";

export const registeredLosses = /* @__PURE__ */ new RegisteredFunctions<Loss>("registerLoss", "customLoss");

/**
 * Makes a loss of your own known by its name to `compile` and to what reads files; `compile` does that with the losses that it is given.
 * @param loss made by `customLoss`; one of the same name is replaced
 * @throws TypeError for another value
 */
export function registerLoss(loss: Loss): void {
  registeredLosses.add(loss);
}

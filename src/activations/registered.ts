import { show } from "../base/check.js";
import type { ActivationFactory } from "./define.js";

/** By the names that configs have. */
export const registeredActivations = /* @__PURE__ */ new Map<string, ActivationFactory>();

/**
 * Makes an activation of your own known by its name: to readers of files, and as `activation: "my_name"`.
 * @param factory made with `activations.defineActivation`
 * @throws TypeError for another value
 */
export function registerActivation(factory: ActivationFactory): void {
  if (typeof factory !== "function" || typeof factory.activationName !== "string") {
    throw new TypeError(`registerActivation: expected what defineActivation gives, got ${show(factory)}`);
  }
  registeredActivations.set(factory.activationName, factory);
}

import { checkChoice, show } from "../engine/check.js";
import type { Logs } from "./history.js";
import type { Sequential } from "./sequential.js";

/** Called while `fit` runs; each may be async, and the next step waits for it. */
export interface Callback {
  /** Called first, with the model that is trained. */
  setModel?(model: Sequential): void;
  onTrainBegin?(): void | Promise<void>;
  /** @param logs those of the last epoch */
  onTrainEnd?(logs: Logs): void | Promise<void>;
  /** @param epoch from 0 (or `initialEpoch`) on */
  onEpochBegin?(epoch: number): void | Promise<void>;
  /** @param logs means over the epoch, and `val_...` where there is validation */
  onEpochEnd?(epoch: number, logs: Logs): void | Promise<void>;
  /** @param batch from 0 on in each epoch */
  onBatchBegin?(batch: number): void | Promise<void>;
  /** @param logs means over the epoch so far */
  onBatchEnd?(batch: number, logs: Logs): void | Promise<void>;
}

const CALLS: readonly string[] = [
  "setModel",
  "onTrainBegin",
  "onTrainEnd",
  "onEpochBegin",
  "onEpochEnd",
  "onBatchBegin",
  "onBatchEnd",
] satisfies (keyof Callback)[];

/** One callback or several, as a list. @throws TypeError for what is none, RangeError for an `on...` that is never called */
export function checkCallbacks(where: string, callbacks: Callback | readonly Callback[]): readonly Callback[] {
  const list = (Array.isArray(callbacks) ? callbacks : [callbacks]) as readonly Callback[];
  for (const callback of list) {
    if (typeof callback !== "object" || callback === null) {
      throw new TypeError(`${where}: expected an object or an array of objects, got ${show(callback)}`);
    }
    for (const name of CALLS) {
      const call = callback[name as keyof Callback] as unknown;
      if (call === undefined || typeof call === "function") continue;
      throw new TypeError(`${where}: expected ${name} to be a function, got ${show(call)}`);
    }
    // A misspelt one would be silent for a whole training. What else an object holds is its own affair.
    for (const name of Object.keys(callback)) if (/^on[A-Z]/.test(name)) checkChoice(where, name, CALLS);
  }
  return list;
}

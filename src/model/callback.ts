import { checkChoice, show } from "../engine/check.js";
import type { Bytes } from "../engine/kinds.js";
import type { Format } from "../files/formats.js";
import type { ModelSnapshot } from "../graph/snapshot.js";
import type { GivenWeight, NamedWeight } from "../layers/variable.js";
import type { Optimizer } from "../optimizers/optimizer.js";
import type { Logs } from "./history.js";

/** A model as its callbacks see it. */
export interface TrainedModel {
  readonly name: string;
  /** Set to true to end `fit` after the current batch. */
  stopTraining: boolean;
  readonly optimizer: Optimizer | undefined;
  getWeights(): NamedWeight[];
  setWeights(weights: readonly GivenWeight[]): void;
  snapshot(options?: { includeOptimizer?: boolean | undefined }): Promise<ModelSnapshot>;
  fingerprint(): Promise<string>;
  toBytes(format?: Format): Promise<Bytes>;
}

/**
 * Called while `fit` runs; each may be async, and the next step waits for it. What they return does not matter. `onBatchBegin` and
 * `onBatchEnd` may have Keras' other names, `onTrainBatchBegin` and `onTrainBatchEnd`.
 */
export interface Callback {
  /** Called first, with the model that is trained. */
  setModel?(model: TrainedModel): unknown;
  onTrainBegin?(): unknown;
  /** @param logs those of the last epoch */
  onTrainEnd?(logs: Logs): unknown;
  /** @param epoch from 0 (or `initialEpoch`) on */
  onEpochBegin?(epoch: number): unknown;
  /** @param logs means over the epoch, and `val_...` where there is validation */
  onEpochEnd?(epoch: number, logs: Logs): unknown;
  /** @param batch from 0 on in each epoch */
  onBatchBegin?(batch: number): unknown;
  /** @param logs means over the epoch so far */
  onBatchEnd?(batch: number, logs: Logs): unknown;
  onTrainBatchBegin?(batch: number): unknown;
  onTrainBatchEnd?(batch: number, logs: Logs): unknown;
}

const CALLS: readonly string[] = [
  "setModel",
  "onTrainBegin",
  "onTrainEnd",
  "onEpochBegin",
  "onEpochEnd",
  "onBatchBegin",
  "onBatchEnd",
  "onTrainBatchBegin",
  "onTrainBatchEnd",
] satisfies (keyof Callback)[];

/**
 * One callback or several, as a list.
 * @throws TypeError for what is none, RangeError for an `on...` that is never called, be it the object's own or its class'
 */
export function checkCallbacks(where: string, callbacks: Callback | readonly Callback[]): readonly Callback[] {
  const list = (Array.isArray(callbacks) ? [...callbacks] : [callbacks]) as readonly Callback[];
  for (const callback of list) {
    if (typeof callback !== "object" || callback === null) {
      throw new TypeError(`${where}: expected an object or an array of objects, got ${show(callback)}`);
    }
    for (const name of CALLS) {
      const call = callback[name as keyof Callback] as unknown;
      if (call === undefined || typeof call === "function") continue;
      throw new TypeError(`${where}: expected ${name} to be a function, got ${show(call)}`);
    }
    for (const name of namesOf(callback)) checkName(where, name);
    for (const when of ["Begin", "End"] as const) {
      if (!callback[`onBatch${when}`] || !callback[`onTrainBatch${when}`]) continue;
      throw new RangeError(`${where}: expected onBatch${when} or its other name onTrainBatch${when}, got both`);
    }
  }
  return list;
}

/** Also of methods, which stand in the classes. */
function namesOf(object: object | null): string[] {
  return object === null ? [] : [...Object.getOwnPropertyNames(object), ...namesOf(Object.getPrototypeOf(object))];
}

/** A misspelt one would be silent for a whole training. What else an object holds is its own affair. */
function checkName(where: string, name: string): void {
  const plain = (text: string) => text.replaceAll("_", "").toLowerCase();
  const meant = CALLS.find((call) => plain(call) === plain(name));
  if (meant && meant !== name) throw new RangeError(`${where}: expected ${meant}, got ${show(name)}`);
  if (/^on[A-Z_]/.test(name)) checkChoice(where, name, CALLS);
}

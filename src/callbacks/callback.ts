import { checkChoice, show } from "../base/check.js";
import type { Bytes } from "../engine/kernels/kinds.js";
import type { Format } from "../files/formats.js";
import type { ModelSource } from "../files/target.js";
import type { ModelSnapshot } from "../graph/snapshot.js";
import type { GivenWeight, NamedWeight } from "../layers/base/variable.js";
import type { Optimizer } from "../optimizers/optimizer.js";
import type { Logs } from "./logs.js";

/** A model as its callbacks see it. */
export interface TrainedModel {
  readonly name: string;
  /** Set to true to end `fit` after the current batch. */
  stopTraining: boolean;
  readonly optimizer: Optimizer | undefined;
  /** Copies of all weights: see `BaseModel.getWeights`. */
  getWeights(): NamedWeight[];
  /** Sets all weights, between two steps. */
  setWeights(weights: readonly GivenWeight[]): void;
  /**
   * Puts the moving averages of an optimizer with `useEma` into the weights, and the weights in the place of those; or back. Does nothing
   * if that is so, and before the first step. The end of `fit` leaves the averages in the weights in any case.
   * @throws Error for another optimizer
   */
  swapAverages(swapped: boolean): Promise<void>;
  /** All of the model as plain data, of the last completed step. */
  snapshot(options?: { includeOptimizer?: boolean | undefined }): Promise<ModelSnapshot>;
  /** SHA-256 over all weights. */
  fingerprint(): Promise<string>;
  /** The model as the bytes of a file. */
  toBytes(format?: Format): Promise<Bytes>;
}

/** What a call is about to do. */
export interface CallbackParams {
  /** Index of the epoch to end before; 1 for `evaluate` and `predict`. */
  readonly epochs: number;
  /** Steps of an epoch; undefined where only the end of the data tells. */
  readonly steps: number | undefined;
  /** Names that the logs of an epoch may have. */
  readonly metrics: readonly string[];
}

/**
 * Called while `fit`, `evaluate` or `predict` runs; each hook may be async, and the next step waits for it. What they return does
 * not matter. `onBatchBegin` and `onBatchEnd` may have Keras' other names, `onTrainBatchBegin` and `onTrainBatchEnd`.
 */
export interface Callback {
  /** Called first, with the model. */
  setModel?(model: TrainedModel): unknown;
  /** Called second. */
  setParams?(params: CallbackParams): unknown;
  /** Before the first epoch of `fit`. */
  onTrainBegin?(): unknown;
  /** After the last epoch of `fit`. @param logs those of that epoch */
  onTrainEnd?(logs: Logs): unknown;
  /** Before an epoch. @param epoch from 0 (or `initialEpoch`) on */
  onEpochBegin?(epoch: number): unknown;
  /**
   * After an epoch, and its validation.
   * @param logs means over the epoch, and `val_...` where there is validation. One object for all callbacks: what one puts in, the
   *   next ones and the history have
   */
  onEpochEnd?(epoch: number, logs: Logs): unknown;
  /** Before a training step. @param batch from 0 on in each epoch */
  onBatchBegin?(batch: number): unknown;
  /** After a training step. @param logs means over the epoch so far */
  onBatchEnd?(batch: number, logs: Logs): unknown;
  /** Another name of `onBatchBegin`. */
  onTrainBatchBegin?(batch: number): unknown;
  /** Another name of `onBatchEnd`. */
  onTrainBatchEnd?(batch: number, logs: Logs): unknown;
  /** Before `evaluate`, and before each validation in `fit`. */
  onTestBegin?(): unknown;
  /** After `evaluate`, and after each validation. @param logs means over all samples */
  onTestEnd?(logs: Logs): unknown;
  /** Before a batch of `evaluate` or of a validation. */
  onTestBatchBegin?(batch: number): unknown;
  /** After a batch of `evaluate` or of a validation. @param logs means so far */
  onTestBatchEnd?(batch: number, logs: Logs): unknown;
  /** Before `predict`. */
  onPredictBegin?(): unknown;
  /** After `predict`. */
  onPredictEnd?(): unknown;
  /** Before a batch of `predict`. */
  onPredictBatchBegin?(batch: number): unknown;
  /** After a batch of `predict`. */
  onPredictBatchEnd?(batch: number): unknown;

  /** In place of all that would follow: the call has failed, or was aborted. It is not waited for. */
  onFailure?(error: unknown): unknown;

  /** Under which its state is kept. */
  readonly name?: string;
  /**
   * What it has to remember for a training that is interrupted and goes on: plain data and `Float32Array`s, never changed later. Kept
   * in snapshots and checkpoints.
   */
  state?(): unknown;
  /**
   * Takes over what `state` gave, after `onTrainBegin`, when `fit` goes on from there. Among callbacks of one name, the first
   * gets the first one's.
   * @throws TypeError if it is nothing that `state` gives
   */
  restore?(state: unknown): void;
  /** Whether it keeps snapshots of the training. It is then called after all others, whose states these hold. */
  readonly savesTraining?: boolean;
  /** Where `fit` goes on, if it is not told otherwise by `resumeFrom`; undefined: it begins anew. */
  resumeFrom?(): Promise<ModelSource | undefined>;
}

const HOOKS: readonly string[] = [
  ...[
    "setModel",
    "setParams",
    "onTrainBegin",
    "onTrainEnd",
    "onEpochBegin",
    "onEpochEnd",
    "onBatchBegin",
    "onBatchEnd",
  ],
  ...["Train", "Test", "Predict"].flatMap((what) => ["Begin", "End"].map((when) => `on${what}Batch${when}`)),
  ...["Test", "Predict"].flatMap((what) => ["Begin", "End"].map((when) => `on${what}${when}`)),
  "onFailure",
];

/** The others that are functions. */
const CALLS = [...HOOKS, "state", "restore", "resumeFrom"];

/**
 * One callback or several, as a list; those that save the training last.
 * @throws TypeError for what is none, RangeError for an `on...` that is never called, be it the object's own or its class'
 */
export function checkCallbacks(where: string, callbacks: Callback | readonly Callback[] = []): readonly Callback[] {
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
  return [...list.filter((each) => !each.savesTraining), ...list.filter((each) => each.savesTraining)];
}

/** Also of methods, which stand in the classes. */
function namesOf(object: object | null): string[] {
  return object === null ? [] : [...Object.getOwnPropertyNames(object), ...namesOf(Object.getPrototypeOf(object))];
}

/** A misspelt one would be silent for a whole training. What else an object holds is its own affair. */
function checkName(where: string, name: string): void {
  const plain = (text: string) => text.replaceAll("_", "").toLowerCase();
  const meant = HOOKS.find((call) => plain(call) === plain(name));
  if (meant && meant !== name) throw new RangeError(`${where}: expected ${meant}, got ${show(name)}`);
  if (/^on[A-Z_]/.test(name)) checkChoice(where, name, HOOKS);
}

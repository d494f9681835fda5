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

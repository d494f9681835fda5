import { Raw, seeThroughProxies } from "../base/raw.js";
import type { Callback, TrainedModel } from "./callback.js";
import type { Logs } from "./logs.js";

/**
 * Ends training when a loss is NaN or infinite, as Keras' `TerminateOnNaN`. `fit` itself rejects where a loss or gradient is not
 * finite, with the weights of the step before: what is left to this are losses that callbacks set, and sums that overflow.
 */
export class TerminateOnNaN extends Raw implements Callback {
  #model: TrainedModel | undefined;

  setModel(model: TrainedModel): void {
    this.#model = model;
  }

  onBatchEnd(_batch: number, { loss }: Logs): void {
    if (!Number.isFinite(loss)) this.#model!.stopTraining = true;
  }
}

seeThroughProxies(TerminateOnNaN);

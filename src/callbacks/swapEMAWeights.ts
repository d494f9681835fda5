import { checkBoolean, checkOptions } from "../base/check.js";
import { Raw, seeThroughProxies } from "../base/raw.js";
import type { Callback, TrainedModel } from "./callback.js";

/** Options of `SwapEMAWeights`. */
export interface SwapEMAWeightsOptions {
  /**
   * Whether the averages stay in the weights from the end of an epoch to the beginning of the next, so that `ModelCheckpoint` and other callbacks
   * that come after this one see them. Default false: during validation, `evaluate` and `predict` only.
   */
  swapOnEpoch?: boolean | undefined;
}

/**
 * Lets a model be validated, evaluated and used with the moving averages of its weights, as Keras' `SwapEMAWeights`: for an optimizer with
 * `useEma`. Before the first step there are none, and the weights stay.
 */
export class SwapEMAWeights extends Raw implements Callback {
  readonly #onEpoch: boolean;
  #model: TrainedModel | undefined;

  /** @throws TypeError for wrong options */
  constructor(options: SwapEMAWeightsOptions = {}) {
    super();
    checkOptions("SwapEMAWeights", options, ["swapOnEpoch"]);
    this.#onEpoch = checkBoolean("SwapEMAWeights.swapOnEpoch", options.swapOnEpoch ?? false);
  }

  setModel(model: TrainedModel): void {
    this.#model = model;
  }

  /** @throws Error for an optimizer without averages */
  async onEpochBegin(): Promise<void> {
    await this.#model!.swapAverages(false);
  }

  async onEpochEnd(): Promise<void> {
    if (this.#onEpoch) await this.#model!.swapAverages(true);
  }

  /** @throws Error for an optimizer without averages */
  async onTestBegin(): Promise<void> {
    await this.#model!.swapAverages(true);
  }

  async onTestEnd(): Promise<void> {
    await this.#model!.swapAverages(false);
  }

  async onPredictBegin(): Promise<void> {
    await this.#model!.swapAverages(true);
  }

  async onPredictEnd(): Promise<void> {
    await this.#model!.swapAverages(false);
  }

  async onFailure(): Promise<void> {
    // Of a model that was disposed of, nothing is left to put back.
    await this.#model?.swapAverages(false).catch(() => {});
  }
}

seeThroughProxies(SwapEMAWeights);

import { checkNumber, show } from "../base/check.js";
import { Raw, seeThroughProxies } from "../base/raw.js";
import type { Callback, TrainedModel } from "./callback.js";
import type { Logs } from "./logs.js";
import { checkState } from "./state.js";

/** Sets the learning rate before each epoch, as Keras' `LearningRateScheduler`, and puts it into the logs as `learning_rate`. */
export class LearningRateScheduler extends Raw implements Callback {
  readonly name = "LearningRateScheduler";
  readonly #schedule: (epoch: number, learningRate: number) => number;
  #model: TrainedModel | undefined;
  /** The epoch for which it has been set. */
  #epoch = -1;

  /**
   * @param schedule gives the learning rate of an epoch, from its index and the learning rate before
   * @throws TypeError if it is no function
   */
  constructor(schedule: (epoch: number, learningRate: number) => number) {
    super();
    if (typeof schedule !== "function") {
      throw new TypeError(`LearningRateScheduler: expected a function, got ${show(schedule)}`);
    }
    this.#schedule = schedule;
  }

  setModel(model: TrainedModel): void {
    this.#model = model;
  }

  onTrainBegin(): void {
    this.#epoch = -1;
  }

  /** @throws TypeError, RangeError for what is no learning rate */
  onEpochBegin(epoch: number): void {
    // An epoch that goes on in its middle has its learning rate already.
    if (epoch === this.#epoch) return;
    const optimizer = this.#model!.optimizer!;
    const rate: unknown = this.#schedule(epoch, optimizer.learningRate);
    optimizer.learningRate = checkNumber(`LearningRateScheduler: schedule(${epoch})`, rate, 0);
    this.#epoch = epoch;
  }

  onEpochEnd(_epoch: number, logs: Logs): void {
    logs.learning_rate = this.#model!.optimizer!.learningRate;
  }

  state(): { readonly epoch: number } {
    return { epoch: this.#epoch };
  }

  restore(state: unknown): void {
    this.#epoch = checkState<{ epoch: number }>(this.name, state, { epoch: "number" }).epoch;
  }
}

seeThroughProxies(LearningRateScheduler);

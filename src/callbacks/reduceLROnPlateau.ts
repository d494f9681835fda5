import { checkInteger, checkNumber, checkOptions } from "../base/check.js";
import { Raw, seeThroughProxies } from "../base/raw.js";
import type { Callback, CallbackParams, TrainedModel } from "./callback.js";
import type { Logs } from "./logs.js";
import { Monitor, type MonitorOptions } from "./monitor.js";
import { checkState } from "./state.js";

/** Options of `ReduceLROnPlateau`. */
export interface ReduceLROnPlateauOptions extends MonitorOptions {
  /** By which the learning rate is multiplied: below 1. Default 0.1. */
  factor?: number | undefined;
  /** Epochs without an improvement after which that happens. Default 10. */
  patience?: number | undefined;
  /** Epochs afterwards that do not count. Default 0. */
  cooldown?: number | undefined;
  /** The learning rate never falls below it. Default 0. */
  minLr?: number | undefined;
  /** What is no more than this is no improvement. Default 1e-4. */
  minDelta?: number | undefined;
}

const OPTIONS = ["monitor", "minDelta", "mode", "factor", "patience", "cooldown", "minLr"];

interface State {
  readonly wait: number;
  readonly cooldown: number;
  readonly best?: number | undefined;
}

const START: State = { wait: 0, cooldown: 0 };

/**
 * Reduces the learning rate when what it monitors improves no more, as Keras' `ReduceLROnPlateau`. Puts
 * `learning_rate` into the logs.
 */
export class ReduceLROnPlateau extends Raw implements Callback {
  readonly name = "ReduceLROnPlateau";
  readonly #monitor: Monitor;
  readonly #factor: number;
  readonly #patience: number;
  readonly #cooldown: number;
  readonly #minLr: number;
  #model: TrainedModel | undefined;
  #known: readonly string[] = [];
  #state = START;

  /** @throws TypeError, RangeError for wrong options */
  constructor(options: ReduceLROnPlateauOptions = {}) {
    super();
    const where = "ReduceLROnPlateau";
    checkOptions(where, options, OPTIONS);
    const { factor = 0.1, patience = 10, cooldown = 0, minLr = 0, minDelta = 1e-4 } = options;
    this.#monitor = new Monitor(where, { ...options, minDelta });
    this.#factor = checkNumber(`${where}.factor`, factor, 0);
    if (factor >= 1) throw new RangeError(`${where}.factor: expected a number below 1, got ${factor}`);
    this.#patience = checkInteger(`${where}.patience`, patience, 0);
    this.#cooldown = checkInteger(`${where}.cooldown`, cooldown, 0);
    this.#minLr = checkNumber(`${where}.minLr`, minLr, 0);
  }

  setModel(model: TrainedModel): void {
    this.#model = model;
  }

  setParams({ metrics }: CallbackParams): void {
    this.#known = metrics;
  }

  /** @throws Error if a schedule sets the learning rate */
  onTrainBegin(): void {
    // At once, and not after the first epochs without an improvement.
    if (this.#model!.optimizer!.schedule) {
      throw new Error(
        "ReduceLROnPlateau: expected an optimizer with a number as learning rate, got one with a schedule",
      );
    }
    this.#state = START;
  }

  onEpochEnd(_epoch: number, logs: Logs): void {
    const optimizer = this.#model!.optimizer!;
    logs.learning_rate = optimizer.learningRate;
    const value = this.#monitor.valueIn(logs, this.#known);
    if (value === undefined) return;
    let { wait, cooldown, best } = this.#state;
    if (cooldown > 0) {
      cooldown--;
      wait = 0;
    }
    if (this.#monitor.improves(value, best)) {
      best = value;
      wait = 0;
    } else if (cooldown === 0 && ++wait >= this.#patience && optimizer.learningRate > Math.fround(this.#minLr)) {
      optimizer.learningRate = Math.max(optimizer.learningRate * this.#factor, this.#minLr);
      cooldown = this.#cooldown;
      wait = 0;
    }
    this.#state = { wait, cooldown, best };
  }

  state(): State {
    return this.#state;
  }

  restore(state: unknown): void {
    this.#state = checkState(this.name, state, { wait: "number", cooldown: "number", best: "number?" });
  }
}

seeThroughProxies(ReduceLROnPlateau);

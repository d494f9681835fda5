import { checkBoolean, checkInteger, checkNumber, checkOptions, show } from "../base/check.js";
import { Raw, seeThroughProxies } from "../base/raw.js";
import { isFloat32Array } from "../engine/kernels/kinds.js";
import type { NamedWeight } from "../layers/base/variable.js";
import type { Callback, CallbackParams, TrainedModel } from "./callback.js";
import type { Logs } from "./logs.js";
import { Monitor, type MonitorOptions } from "./monitor.js";
import { checkState } from "./state.js";

/** Options of `EarlyStopping`. */
export interface EarlyStoppingOptions extends MonitorOptions {
  /** Epochs without an improvement after which training ends. Default 0. */
  patience?: number | undefined;
  /** What has to be beaten for an improvement to count. Default: nothing. */
  baseline?: number | undefined;
  /** Whether the weights of the best epoch are taken back when training ends, however it has ended. Default false. */
  restoreBestWeights?: boolean | undefined;
  /** Index of the first epoch that counts. Default 0. */
  startFromEpoch?: number | undefined;
}

const OPTIONS = [...["monitor", "minDelta", "patience", "mode", "baseline", "restoreBestWeights", "startFromEpoch"]];

interface State {
  readonly wait: number;
  readonly best?: number | undefined;
  readonly bestEpoch: number;
  readonly stoppedEpoch: number;
  readonly bestWeights?: readonly Float32Array[] | undefined;
}

const START: State = { wait: 0, bestEpoch: 0, stoppedEpoch: 0 };

/** Ends training when what it monitors improves no more, as Keras' `EarlyStopping`. */
export class EarlyStopping extends Raw implements Callback {
  readonly name = "EarlyStopping";
  readonly #monitor: Monitor;
  readonly #patience: number;
  readonly #baseline: number | undefined;
  readonly #restores: boolean;
  readonly #startFromEpoch: number;
  #model: TrainedModel | undefined;
  #known: readonly string[] = [];
  #state = START;

  /** @throws TypeError, RangeError for wrong options */
  constructor(options: EarlyStoppingOptions = {}) {
    super();
    const where = "EarlyStopping";
    checkOptions(where, options, OPTIONS);
    const { patience = 0, baseline, restoreBestWeights = false, startFromEpoch = 0 } = options;
    this.#monitor = new Monitor(where, options);
    this.#patience = checkInteger(`${where}.patience`, patience, 0);
    this.#baseline = baseline === undefined ? undefined : checkNumber(`${where}.baseline`, baseline);
    this.#restores = checkBoolean(`${where}.restoreBestWeights`, restoreBestWeights);
    this.#startFromEpoch = checkInteger(`${where}.startFromEpoch`, startFromEpoch, 0);
  }

  /** Index of the epoch that had the best value. */
  get bestEpoch(): number {
    return this.#state.bestEpoch;
  }

  /** Index of the epoch after which it has ended the training; 0: it has not. */
  get stoppedEpoch(): number {
    return this.#state.stoppedEpoch;
  }

  setModel(model: TrainedModel): void {
    this.#model = model;
  }

  setParams({ metrics }: CallbackParams): void {
    this.#known = metrics;
  }

  onTrainBegin(): void {
    this.#state = START;
  }

  onEpochEnd(epoch: number, logs: Logs): void {
    const value = this.#monitor.valueIn(logs, this.#known);
    if (value === undefined || epoch < this.#startFromEpoch) return;
    let { wait, best, bestEpoch, stoppedEpoch, bestWeights } = this.#state;
    const isBest = this.#monitor.improves(value, best);
    if (this.#restores && (isBest || !bestWeights)) bestWeights = this.#model!.getWeights().map(({ data }) => data);
    wait++;
    if (isBest) {
      best = value;
      bestEpoch = epoch;
      if (this.#baseline === undefined || this.#monitor.improves(value, this.#baseline)) wait = 0;
    } else if (wait >= this.#patience && epoch > 0) {
      stoppedEpoch = epoch;
      this.#model!.stopTraining = true;
    }
    this.#state = { wait, best, bestEpoch, stoppedEpoch, bestWeights };
  }

  onTrainEnd(): void {
    const { bestWeights } = this.#state;
    if (!bestWeights) return;
    const weights: readonly NamedWeight[] = this.#model!.getWeights();
    this.#model!.setWeights(weights.map((weight, i) => ({ ...weight, data: bestWeights[i]! })));
  }

  state(): State {
    return this.#state;
  }

  restore(state: unknown): void {
    const where = "EarlyStopping";
    const kinds = { wait: "number", best: "number?", bestEpoch: "number", stoppedEpoch: "number" } as const;
    const given = checkState<State>(where, state, kinds);
    const { bestWeights } = given;
    if (bestWeights !== undefined && !(Array.isArray(bestWeights) && bestWeights.every(isFloat32Array))) {
      throw new TypeError(`${where}.restore: expected Float32Arrays as bestWeights, got ${show(bestWeights)}`);
    }
    this.#state = given;
  }
}

seeThroughProxies(EarlyStopping);

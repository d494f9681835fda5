import { checkBoolean, checkChoice, checkInteger, checkNumber, checkOptions, show } from "../engine/check.js";
import { isAbortSignal } from "../engine/kinds.js";
import type { ModelSource } from "../files/target.js";
import type { DataRows } from "./batch.js";
import { type Callback, checkCallbacks } from "./callback.js";
import type { ClassWeight, Data, SampleWeight } from "./data.js";
import { sliceRows } from "./rows.js";

export interface ModelOptions {
  /** Default: as Keras counts, `sequential`, then `sequential_1`, ...; `functional`. */
  name?: string | undefined;
  /** An integer from 0 on. All random numbers of the model follow from it. Default: one is drawn, see `model.seed`. */
  seed?: number | undefined;
}

/** The name and the seed. @throws TypeError, RangeError for wrong options */
export function checkModelOptions(where: string, { name, seed }: ModelOptions): { name?: string; seed: number } {
  if (name !== undefined && typeof name !== "string") {
    throw new TypeError(`${where}.name: expected a text, got ${show(name)}`);
  }
  return {
    ...(name !== undefined && { name }),
    seed: checkInteger(`${where}.seed`, seed ?? crypto.getRandomValues(new Uint32Array(1))[0]!, 0),
  };
}

export interface BatchOptions {
  /** Samples at a time. Default 32. */
  batchSize?: number | undefined;
}

export function checkBatchSize(where: string, options: BatchOptions, known: readonly string[] = []): number {
  checkOptions(where, options, ["batchSize", ...known]);
  return checkInteger(`${where}.batchSize`, options.batchSize ?? 32, 1);
}

export interface WeightOptions {
  /** What each sample counts for the loss and the weighted metrics. Default: 1 each. */
  sampleWeight?: SampleWeight | undefined;
  /** What the samples of each class count, by its index. Not together with `sampleWeight`. */
  classWeight?: ClassWeight | undefined;
}

export interface EvaluateOptions extends BatchOptions, Pick<WeightOptions, "sampleWeight"> {}

export interface ActivationsOptions extends BatchOptions {
  /** Names of the layers; those of a model inside the model with `/`: `encoder/conv2d`. Default: all. */
  layers?: readonly string[] | undefined;
}

/** The batch size and the names, each once. @throws TypeError, RangeError: also for a name that no layer has */
export function checkActivations(options: ActivationsOptions, known: readonly string[]) {
  const batchSize = checkBatchSize("activations", options, ["layers"]);
  const { layers: wanted = known } = options;
  if (!Array.isArray(wanted))
    throw new TypeError(`activations.layers: expected an array of names, got ${show(wanted)}`);
  for (const name of wanted) checkChoice("activations.layers", name, known);
  return { batchSize, names: [...new Set<string>(wanted)] };
}

/** `[x, y]`, or with what each sample counts. */
export type ValidationData = readonly [x: Data, y: Data] | readonly [x: Data, y: Data, sampleWeight: SampleWeight];

export interface FitOptions extends BatchOptions, WeightOptions {
  /** Index of the epoch to end before. Default 1. */
  epochs?: number | undefined;
  /** Whether each epoch sees the samples in an order of its own. Default true. */
  shuffle?: boolean | undefined;
  /** To evaluate after each epoch. */
  validationData?: ValidationData | undefined;
  /** The share of the samples, the last ones, that is kept out of training to evaluate after each epoch. Default 0. */
  validationSplit?: number | undefined;
  /** Evaluates after every so many epochs. Default 1. */
  validationFreq?: number | undefined;
  /** Default: `batchSize`. */
  validationBatchSize?: number | undefined;
  /** Index of the first epoch. Default 0. */
  initialEpoch?: number | undefined;
  callbacks?: Callback | readonly Callback[] | undefined;
  /**
   * Goes on where another `fit` was: `true` for the last one of this model, else a file that was saved in its course (its
   * weights, optimizer and counters are taken over). The numbers are those of a training that was never interrupted, also in
   * the middle of an epoch. Data, batch size and `shuffle` have to be the same, and `epochs` counts from the beginning.
   */
  resumeFrom?: ModelSource | true | undefined;
  /** Ends the training; `fit` then rejects with the signal's reason, the weights being those of the last step. */
  signal?: AbortSignal | undefined;
}

const FIT_OPTIONS = [
  ...["epochs", "shuffle", "validationData", "validationSplit", "validationFreq", "validationBatchSize"],
  ...["initialEpoch", "callbacks", "signal", "resumeFrom", "sampleWeight", "classWeight"],
];

/** The options of `fit` with defaults. @throws TypeError, RangeError */
export function checkFit(options: FitOptions) {
  const batchSize = checkBatchSize("fit", options, FIT_OPTIONS);
  const { shuffle = true, callbacks = [], signal, validationData, validationSplit = 0, resumeFrom } = options;
  const initialEpoch = checkInteger("fit.initialEpoch", options.initialEpoch ?? 0, 0);
  const epochs = checkInteger("fit.epochs", options.epochs ?? 1, initialEpoch);
  checkBoolean("fit.shuffle", shuffle);
  if (resumeFrom !== undefined && options.initialEpoch !== undefined) {
    throw new RangeError("fit.initialEpoch: expected none with resumeFrom, which says where to begin, got one");
  }
  checkNumber("fit.validationSplit", validationSplit, 0, 1);
  if (signal !== undefined && !isAbortSignal(signal)) {
    throw new TypeError(`fit.signal: expected an AbortSignal, got ${show(signal)}`);
  }
  if (validationData !== undefined && !(Array.isArray(validationData) && [2, 3].includes(validationData.length))) {
    throw new TypeError(`fit.validationData: expected [x, y], got ${show(validationData)}`);
  }
  return {
    batchSize,
    epochs,
    initialEpoch,
    shuffle,
    signal,
    resumeFrom,
    validationData,
    validationSplit: validationData ? 0 : validationSplit,
    validationFreq: checkInteger("fit.validationFreq", options.validationFreq ?? 1, 1),
    validationBatchSize: checkInteger("fit.validationBatchSize", options.validationBatchSize ?? batchSize, 1),
    callbacks: checkCallbacks("fit.callbacks", callbacks),
  };
}

/** The data without its last share, and that share. @throws RangeError if nothing is left to train on */
export function splitData(data: DataRows, share: number): { train: DataRows; validation: DataRows | undefined } {
  const count = Math.floor(data.count * (1 - share));
  if (count === 0) throw new RangeError(`fit.validationSplit: expected samples left to train on, got ${share}`);
  if (count === data.count) return { train: data, validation: undefined };
  const part = (begin: number, end: number): DataRows => ({
    count: end - begin,
    xs: data.xs.map((rows) => sliceRows(rows, begin, end)),
    ys: data.ys.map((rows) => rows && sliceRows(rows, begin, end)),
    weights: data.weights?.slice(begin, end),
  });
  return { train: part(0, count), validation: part(count, data.count) };
}

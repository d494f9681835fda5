import { checkBoolean, checkChoice, checkInteger, checkNumber, checkOptions, show } from "../base/check.js";
import { type Callback, checkCallbacks } from "../callbacks/callback.js";
import { type BatchDataset, isDataset } from "../data/samples.js";
import { isAbortSignal } from "../engine/kernels/kinds.js";
import type { ModelSource } from "../files/target.js";
import type { DataRows } from "./batch.js";
import type { Data } from "./data.js";
import { sliceRows } from "./rows.js";
import type { ClassWeight, SampleWeight } from "./sampleWeights.js";

/** Options that all models have. */
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

/** Options of a call that takes samples in batches. */
export interface BatchOptions {
  /** Samples at a time. Default 32. */
  batchSize?: number | undefined;
}

/** 0: nothing. 1: a line that is redrawn, on a terminal. 2: a line at the end; also in a browser's console. */
export type Verbosity = 0 | 1 | 2;

/** Options of a call that callbacks can watch. */
export interface RunOptions {
  /** Progress as Keras shows it. 1 is as 2 where there is no terminal, and as 0 in browsers. Default 0. */
  verbose?: Verbosity | undefined;
  callbacks?: Callback | readonly Callback[] | undefined;
}

/** Options of a call that goes over all data once. */
export interface PassOptions extends BatchOptions, RunOptions {
  /** Batches at most. Default: all. */
  steps?: number | undefined;
}

const RUN_OPTIONS = ["verbose", "callbacks"];

/** @throws TypeError, RangeError */
export function checkRun(where: string, { verbose = 0, callbacks }: RunOptions) {
  if (verbose !== 0 && verbose !== 1 && verbose !== 2) {
    throw new RangeError(`${where}.verbose: expected 0, 1 or 2, got ${show(verbose)}`);
  }
  return { verbose, callbacks: checkCallbacks(`${where}.callbacks`, callbacks) };
}

/** @throws TypeError, RangeError: also for options that data in batches has no use for */
export function checkPass(where: string, options: PassOptions, known: readonly string[], refused: readonly string[]) {
  const { steps } = options;
  const batchSize = checkBatchSize(where, options, ["steps", ...RUN_OPTIONS, ...known]);
  refuse(where, options, refused);
  if (steps !== undefined) checkInteger(`${where}.steps`, steps, 1);
  return { batchSize, steps, ...checkRun(where, options) };
}

/** @throws RangeError for options that a Dataset has in itself */
function refuse(where: string, options: object, names: readonly string[]): void {
  for (const name of names) {
    const value = (options as Readonly<Record<string, unknown>>)[name];
    if (value === undefined) continue;
    throw new RangeError(`${where}.${name}: expected none with a Dataset, ${INSTEAD[name]}, got ${show(value)}`);
  }
}

/** What to do with a Dataset. */
const INSTEAD: Readonly<Record<string, string>> = {
  batchSize: "whose elements are the batches: dataset.batch(32)",
  shuffle: "which is shuffled by dataset.shuffle(buffer)",
  sampleWeight: "whose elements hold theirs: { x, y, sampleWeight }",
  validationSplit: "of which dataset.take and dataset.skip give parts",
};

/** Options that say of arrays what a Dataset has in itself. */
export const OF_ARRAYS: readonly string[] = ["batchSize", "shuffle", "sampleWeight", "validationSplit"];

function checkBatchSize(where: string, options: BatchOptions, known: readonly string[] = []): number {
  checkOptions(where, options, ["batchSize", ...known]);
  return checkInteger(`${where}.batchSize`, options.batchSize ?? 32, 1);
}

/** What samples count. */
export interface WeightOptions {
  /**
   * What each sample counts for the loss and the weighted metrics: one number a sample, or one for each place of the targets' leading axes
   * (of segmentation (n, height, width), of sequences (n, steps)). Of several outputs also by name. Default: 1 each.
   */
  sampleWeight?: SampleWeight | undefined;
  /** What the samples of each class count, by its index. Not together with `sampleWeight`. */
  classWeight?: ClassWeight | undefined;
}

export interface EvaluateOptions extends PassOptions, Pick<WeightOptions, "sampleWeight"> {}

/** Options of `activations`. */
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
export type ValidationData =
  | readonly [x: Data, y: Data]
  | readonly [x: Data, y: Data, sampleWeight: SampleWeight]
  | BatchDataset;

/** Options of `fit`. */
export interface FitOptions extends BatchOptions, RunOptions, WeightOptions {
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
  /**
   * Batches that make an epoch; the next epoch goes on where it ended. Where a pass over the data ends before, the epoch ends with it.
   * Default: all.
   */
  stepsPerEpoch?: number | undefined;
  /** Batches to evaluate, from the first on. Default: all. */
  validationSteps?: number | undefined;
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
  ...["initialEpoch", "stepsPerEpoch", "validationSteps", "signal", "resumeFrom", "sampleWeight", "classWeight"],
  ...RUN_OPTIONS,
];

/**
 * The options of `fit` with defaults.
 * @param refused those that data in batches has no use for
 * @throws TypeError, RangeError
 */
export function checkFit(options: FitOptions, refused: readonly string[]) {
  const batchSize = checkBatchSize("fit", options, FIT_OPTIONS);
  refuse("fit", options, refused);
  const { shuffle = true, signal, validationData, validationSplit = 0, resumeFrom } = options;
  const { stepsPerEpoch, validationSteps } = options;
  for (const [name, steps] of Object.entries({ stepsPerEpoch, validationSteps })) {
    if (steps !== undefined) checkInteger(`fit.${name}`, steps, 1);
  }
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
  const isPair = Array.isArray(validationData) && [2, 3].includes(validationData.length);
  if (validationData !== undefined && !isPair && !isDataset(validationData)) {
    throw new TypeError(`fit.validationData: expected [x, y] or a Dataset, got ${show(validationData)}`);
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
    stepsPerEpoch,
    validationSteps,
    ...checkRun("fit", options),
  };
}

/**
 * The data without its last share, and that share: class weights, as in Keras, are for training alone.
 * @throws RangeError if nothing is left to train on
 */
export function splitData(
  data: DataRows,
  share: number,
  { classWeight }: WeightOptions,
): { train: DataRows; validation: DataRows | undefined } {
  const count = Math.floor(data.count * (1 - share));
  if (count === 0) throw new RangeError(`fit.validationSplit: expected samples left to train on, got ${share}`);
  if (count === data.count) return { train: data, validation: undefined };
  const part = (begin: number, end: number): DataRows => ({
    count: end - begin,
    xs: data.xs.map((rows) => sliceRows(rows, begin, end)),
    ys: data.ys.map((rows) => rows && sliceRows(rows, begin, end)),
    weights: data.weights.map((rows) => rows && sliceRows(rows, begin, end)),
  });
  const validation = part(count, data.count);
  const unweighted = { ...validation, weights: data.weights.map(() => undefined) };
  return { train: part(0, count), validation: classWeight ? unweighted : validation };
}

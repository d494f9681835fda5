import { checkBoolean, checkChoice, checkInteger, checkNumber, checkOptions, show } from "../engine/check.js";
import { MOST_THREADS } from "../engine/control.js";
import { hasRelaxedSimd } from "../engine/features.js";
import { isAbortSignal } from "../engine/kinds.js";
import { rawOf } from "../engine/raw.js";
import type { Shape } from "../engine/shape.js";
import type { ThreadCount } from "../engine/threads.js";
import type { ModelSource } from "../files/target.js";
import { Layer } from "../layers/layer.js";
import { MOST_LAYERS } from "../layers/names.js";
import type { Loss } from "../losses/loss.js";
import { type LossName, resolveLoss } from "../losses/resolve.js";
import { type MetricName, resolveMetric } from "../metrics/resolve.js";
import type { Optimizer } from "../optimizers/optimizer.js";
import { type OptimizerName, resolveOptimizer } from "../optimizers/resolve.js";
import { type Callback, checkCallbacks } from "./callback.js";
import type { Compiled } from "./modelProgram.js";
import type { Network } from "./network.js";
import { type Rows, type Samples, sliceRows, toRows } from "./rows.js";

export interface SequentialOptions {
  /** Default `sequential`, then `sequential_1`, ... */
  name?: string | undefined;
  /** An integer from 0 on. All random numbers of the model follow from it. Default: one is drawn, see `model.seed`. */
  seed?: number | undefined;
}

/** @throws TypeError, RangeError for wrong options */
export function checkSequential(options: SequentialOptions): { name: string | undefined; seed: number } {
  checkOptions("Sequential", options, ["name", "seed"]);
  const { name, seed = crypto.getRandomValues(new Uint32Array(1))[0]! } = options;
  if (name !== undefined && typeof name !== "string") {
    throw new TypeError(`Sequential.name: expected a string, got ${show(name)}`);
  }
  return { name, seed: checkInteger("Sequential.seed", seed, 0) };
}

export interface CompileOptions {
  optimizer: OptimizerName | Optimizer;
  loss: LossName | Loss;
  /** Default none. Logged under the names given. */
  metrics?: readonly MetricName[] | undefined;
  /**
   * Whether 3 x 3 convolutions may take Winograd's form. Its rounding errors are up to about twice as large, and larger where the
   * inputs of one tile (4 x 4 or 6 x 6) differ by many orders of magnitude. Default true.
   */
  winograd?: boolean | undefined;
  /**
   * Whether to compute with relaxed SIMD: a multiplication and the addition behind it may round once instead of twice. Faster
   * on some machines, but the same seed then gives other bits on other machines. Default false.
   */
  relaxed?: boolean | undefined;
  /**
   * Worker threads, at most 8. 0: all is computed on the calling thread, in slices. Default "auto": one a core, started as
   * soon as batches take some milliseconds. The results have the same bits whatever the number.
   */
  threads?: ThreadCount | undefined;
}

/**
 * @throws TypeError for options of the wrong kind, RangeError for names that are none, Error for `relaxed` where the JavaScript
 *   engine does not have it
 */
export function checkCompile(options: CompileOptions): Compiled {
  checkOptions("compile", options, ["optimizer", "loss", "metrics", "winograd", "relaxed", "threads"]);
  const { optimizer, loss, metrics = [], winograd = true, relaxed = false, threads = "auto" } = options;
  if (!Array.isArray(metrics)) throw new TypeError(`compile.metrics: expected an array, got ${show(metrics)}`);
  if (typeof threads === "string" && threads !== "auto") {
    throw new RangeError(`compile.threads: expected "auto" or a number, got ${show(threads)}`);
  }
  if (checkBoolean("compile.relaxed", relaxed) && !hasRelaxedSimd()) {
    throw new Error(
      "compile.relaxed: expected an engine with relaxed SIMD, got one without; leave the option out to train on the " +
        "default kernels",
    );
  }
  return {
    relaxed,
    optimizer: rawOf(resolveOptimizer("compile.optimizer", optimizer)),
    loss: resolveLoss("compile.loss", loss),
    winograd: checkBoolean("compile.winograd", winograd),
    threads: threads === "auto" ? threads : checkInteger("compile.threads", threads, 0, MOST_THREADS),
    metrics: new Map(metrics.map((name: MetricName) => [name, resolveMetric("compile.metrics", name)])),
  };
}

/** Layers of a new model, one after the other, without proxies. @throws as `checkAdded` */
export function checkLayers(layers: unknown): readonly Layer[] {
  if (!Array.isArray(layers)) throw new TypeError(`Sequential: expected an array of layers, got ${show(layers)}`);
  const all: Layer[] = [];
  for (const layer of layers) all.push(checkAdded(all, layer));
  return all;
}

/** The layer without a proxy. @throws TypeError, RangeError if it is no layer, its name is taken, or it has an input shape though it is not the first */
export function checkAdded(layers: readonly Layer[], added: Layer): Layer {
  const layer = rawOf(added);
  if (!(layer instanceof Layer)) throw new TypeError(`Sequential.add: expected a layer, got ${show(layer)}`);
  if (layers.length === MOST_LAYERS) {
    throw new RangeError(`Sequential.add: expected at most ${MOST_LAYERS} layers, got another one`);
  }
  if (layers.some(({ name }) => name === layer.name)) {
    throw new RangeError(`Sequential.add: expected a name that is not taken, got "${layer.name}"`);
  }
  if (layers.length > 0 && layer.inputShape) {
    throw new RangeError(`Sequential.add: expected inputShape on the first layer only, got one on "${layer.name}"`);
  }
  return layer;
}

export interface BatchOptions {
  /** Samples at a time. Default 32. */
  batchSize?: number | undefined;
}

export function checkBatchSize(where: string, options: BatchOptions): number {
  checkOptions(where, options, ["batchSize"]);
  return checkInteger(`${where}.batchSize`, options.batchSize ?? 32, 1);
}

export interface ActivationsOptions extends BatchOptions {
  /** Names of the layers. Default: all. */
  layers?: readonly string[] | undefined;
}

/** The batch size and the names, each once. @throws TypeError, RangeError: also for a name that no layer has */
export function checkActivations(options: ActivationsOptions, layers: readonly Layer[]) {
  checkOptions("activations", options, ["batchSize", "layers"]);
  const known = layers.map(({ name }) => name);
  const { layers: wanted = known, batchSize = 32 } = options;
  if (!Array.isArray(wanted))
    throw new TypeError(`activations.layers: expected an array of names, got ${show(wanted)}`);
  for (const name of wanted) checkChoice("activations.layers", name, known);
  return { batchSize: checkInteger("activations.batchSize", batchSize, 1), names: [...new Set<string>(wanted)] };
}

export interface FitOptions extends BatchOptions {
  /** Index of the epoch to end before. Default 1. */
  epochs?: number | undefined;
  /** Whether each epoch sees the samples in an order of its own. Default true. */
  shuffle?: boolean | undefined;
  /** `[x, y]` to evaluate after each epoch. */
  validationData?: readonly [x: Samples, y: Samples] | undefined;
  /** The share of the samples, the last ones, that is kept out of training to evaluate after each epoch. Default 0. */
  validationSplit?: number | undefined;
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
  ...["batchSize", "epochs", "shuffle", "validationData", "validationSplit"],
  ...["initialEpoch", "callbacks", "signal", "resumeFrom"],
];

/** The options of `fit` with defaults, the data checked and split. @throws TypeError, RangeError */
export function checkFit(samples: readonly [x: Samples, y: Samples], shapes: DataShapes, options: FitOptions) {
  checkOptions("fit", options, FIT_OPTIONS);
  const { shuffle = true, callbacks = [], signal, validationData, validationSplit = 0, resumeFrom } = options;
  const batchSize = checkInteger("fit.batchSize", options.batchSize ?? 32, 1);
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
  if (validationData !== undefined && !(Array.isArray(validationData) && validationData.length === 2)) {
    throw new TypeError(`fit.validationData: expected [x, y], got ${show(validationData)}`);
  }
  const list = checkCallbacks("fit.callbacks", callbacks);
  const all = checkPairs("fit", samples, shapes);
  const train = Math.floor(all.x.count * (1 - validationSplit));
  if (train === 0) {
    throw new RangeError(`fit.validationSplit: expected samples left to train on, got ${validationSplit}`);
  }
  let validation = validationData && checkPairs("fit.validationData", validationData, shapes);
  if (!validation && train < all.x.count) {
    validation = { x: sliceRows(all.x, train, all.x.count), y: sliceRows(all.y, train, all.y.count) };
  }
  const { x, y } = validationData ? all : { x: sliceRows(all.x, 0, train), y: sliceRows(all.y, 0, train) };
  return { x, y, validation, batchSize, epochs, initialEpoch, shuffle, signal, resumeFrom, callbacks: list };
}

/** Shapes of one sample's input and target. */
export interface DataShapes {
  readonly input: Shape;
  readonly target: Shape;
}

export function dataShapes(network: Network, { loss }: Compiled): DataShapes {
  return { input: network.inputShape, target: loss.targetShape(network.outputShape) };
}

/** @throws TypeError, RangeError: also if there are not as many targets as samples */
export function checkPairs(
  where: string,
  [xs, ys]: readonly [x: Samples, y: Samples],
  { input, target }: DataShapes,
): { x: Rows; y: Rows } {
  const x = toRows(`${where}: x`, xs, input);
  let y: Rows;
  try {
    y = toRows(`${where}: y`, ys, target);
  } catch (error) {
    if (error instanceof RangeError && countOf(ys) === x.count) error.message += hint(target);
    throw error;
  }
  if (x.count !== y.count) {
    const labels = countOf(ys) === x.count ? hint(target) : "";
    throw new RangeError(`${where}: expected as many targets as samples, got ${y.count} and ${x.count}${labels}`);
  }
  return { x, y };
}

/** What to do with integer labels. */
function hint(target: Shape): string {
  return target.length === 1 ? `; toCategorical(labels, ${target[0]}) makes such rows from integer labels` : "";
}

/** How many numbers there are if these may be integer labels: bare, or of shape (n) or (n, 1). */
function countOf(samples: Samples): number | undefined {
  const { data, shape } = samples as { data?: ArrayLike<number>; shape?: Shape };
  if (!data) return (samples as ArrayLike<number>).length;
  return shape && shape[0] === data.length ? data.length : undefined;
}

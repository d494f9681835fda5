import { checkBoolean, checkInteger, checkNumber, checkOptions, show } from "../base/check.js";
import { exp, ln, power } from "../base/exactMath.js";
import { type BatchDataset, type Data, isDataset } from "../data/samples.js";
import type { BaseModel } from "./baseModel.js";
import { NotFinite } from "./notFinite.js";
import type { FitOptions } from "./options.js";
import { optionsOf } from "./sources.js";

/** Options of `findLearningRate`. */
export interface FindLearningRateOptions {
  /** Samples at a time. Default 32. */
  batchSize?: number | undefined;
  /** The first learning rate. Default 1e-7. */
  start?: number | undefined;
  /** The last one. Default 10. */
  end?: number | undefined;
  /** Steps from the one to the other, each by the same factor. Default 100. */
  steps?: number | undefined;
  /** How much of the mean of the losses before goes into that of the next, from 0 to below 1. Default 0.9. */
  smoothing?: number | undefined;
  /** It ends where the mean is so many times the least. Default 4. */
  divergence?: number | undefined;
  /** Whether the samples are taken in random order. Default true. */
  shuffle?: boolean | undefined;
}

/** What `findLearningRate` has found. */
export interface LearningRateCurve {
  readonly learningRates: readonly number[];
  /** Of each step's batch, before the step. */
  readonly losses: readonly number[];
  /** Their running means. */
  readonly smoothed: readonly number[];
  /** Where the running mean falls fastest: a good first try. */
  readonly suggestion: number;
}

const OPTIONS = ["batchSize", "start", "end", "steps", "smoothing", "divergence", "shuffle"];

/**
 * Trains with a learning rate that rises from step to step, and says how the loss follows (Smith 2017, "Cyclical Learning Rates for
 * Training Neural Networks"). Afterwards the model has its weights, its optimizer and its counters back.
 * @param x as of `fit`
 * @throws TypeError, RangeError for wrong data and options; Error before `compile`, while `fit` runs, and with a schedule
 */
export async function findLearningRate(
  model: BaseModel,
  x: Data,
  y: Data,
  options?: FindLearningRateOptions,
): Promise<LearningRateCurve>;
/** With the batches of a Dataset. Otherwise as with arrays. */
export async function findLearningRate(
  model: BaseModel,
  dataset: BatchDataset,
  options?: FindLearningRateOptions,
): Promise<LearningRateCurve>;
export async function findLearningRate(
  model: BaseModel,
  x: Data | BatchDataset,
  y?: Data | FindLearningRateOptions,
  given?: FindLearningRateOptions,
): Promise<LearningRateCurve> {
  const where = "findLearningRate";
  const options = optionsOf(x, y, given) as FindLearningRateOptions;
  checkOptions(where, options, OPTIONS);
  const { batchSize, start = 1e-7, end = 10, steps = 100, smoothing = 0.9, divergence = 4, shuffle } = options;
  if (batchSize !== undefined) checkInteger(`${where}.batchSize`, batchSize, 1);
  checkNumber(`${where}.start`, start, Number.MIN_VALUE);
  if (checkNumber(`${where}.end`, end) <= start) {
    throw new RangeError(`${where}.end: expected a number above start, ${start}, got ${show(end)}`);
  }
  checkInteger(`${where}.steps`, steps, 2);
  checkNumber(`${where}.smoothing`, smoothing, 0, 1 - Number.EPSILON);
  checkNumber(`${where}.divergence`, divergence, 1);
  if (shuffle !== undefined) checkBoolean(`${where}.shuffle`, shuffle);
  const { optimizer } = model;
  if (!optimizer) throw new Error(`${where}: expected a compiled model, got one that is not; call compile first`);
  const rate = optimizer.learningRate;
  // A schedule refuses, before anything has changed.
  optimizer.learningRate = rate;
  const curve = new Curve(smoothing, divergence);
  const rateOf = (step: number) => start * exp(ln(end / start) * (step / (steps - 1)));
  // Data decides the input shape of a model that has none.
  if (!model.graph) {
    await (isDataset(x) ? model.evaluate(x, { steps: 1 }) : model.evaluate(x, y as Data, { batchSize, steps: 1 }));
  }
  const before = await model.snapshot();
  let step = 0;
  try {
    const fit: FitOptions = {
      batchSize,
      shuffle,
      // One that never ends is one epoch.
      ...(isDataset(x) && x.length === Infinity ? { stepsPerEpoch: steps } : { epochs: steps }),
      callbacks: {
        onBatchBegin() {
          optimizer.learningRate = rateOf(step);
        },
        onEpochBegin() {
          curve.beginEpoch();
        },
        onBatchEnd(batch, { loss }) {
          const isOver = curve.add(optimizer.learningRate, loss, batch);
          if (isOver || ++step === steps) model.stopTraining = true;
        },
      },
    };
    await (isDataset(x) ? model.fit(x, fit) : model.fit(x, y as Data, fit));
  } catch (error) {
    // Where the loss is no number any more, the curve has come to its end.
    if (curve.losses.length < 2 || !(error instanceof NotFinite)) throw error;
  } finally {
    model.restore(before, where);
    optimizer.learningRate = rate;
  }
  return curve.result();
}

class Curve {
  readonly losses: number[] = [];
  readonly #rates: number[] = [];
  readonly #smoothed: number[] = [];
  readonly #smoothing: number;
  readonly #divergence: number;
  #mean = 0;
  #epochMean = 0;

  constructor(smoothing: number, divergence: number) {
    this.#smoothing = smoothing;
    this.#divergence = divergence;
  }

  beginEpoch(): void {
    this.#epochMean = 0;
  }

  /** @param mean the loss over the epoch so far @returns whether the loss has diverged */
  add(rate: number, mean: number, batch: number): boolean {
    const loss = mean * (batch + 1) - this.#epochMean * batch;
    this.#epochMean = mean;
    this.#rates.push(rate);
    this.losses.push(loss);
    this.#mean = this.#smoothing * this.#mean + (1 - this.#smoothing) * loss;
    const smoothed = this.#mean / (1 - power(this.#smoothing, this.losses.length));
    this.#smoothed.push(smoothed);
    return smoothed > this.#divergence * Math.min(...this.#smoothed);
  }

  result(): LearningRateCurve {
    const fall = (i: number) => (this.#smoothed[i + 1] ?? Infinity) - this.#smoothed[i]!;
    let best = 0;
    for (let i = 0; i + 1 < this.#smoothed.length; i++) if (fall(i) < fall(best)) best = i;
    return {
      learningRates: this.#rates,
      losses: this.losses,
      smoothed: this.#smoothed,
      suggestion: this.#rates[best]!,
    };
  }
}

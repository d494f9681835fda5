import { checkBoolean, checkInteger, checkNumber, checkOptions, checkShape, show } from "../base/check.js";
import { shuffledOrder } from "../data/shuffle.js";
import { isUint8Array } from "../engine/kernels/kinds.js";
import { type Shape, sizeOf } from "../engine/program/shape.js";
import { Block } from "../graph/block.js";
import { CompositeLayer } from "../graph/composite.js";
import { Layer } from "../layers/base/layer.js";
import { checkLosses, checkTargets, type LossOptions } from "./losses.js";
import { GradcheckReport, type GradientError, type TensorCheck } from "./report.js";
import { distinct, type Subject, subjectOf } from "./subject.js";
import { Trial, type TrialData } from "./trial.js";

/** Numbers for an input, row-major, the samples first. */
export interface GradcheckInput {
  readonly data: Float32Array | Uint8Array;
  readonly shape: Shape;
}

/** Options of `gradcheck`. */
export interface GradcheckOptions extends LossOptions {
  /** Shape of one sample; a list of shapes for several inputs. Default: what a model, or the layer's `inputShape`, says. */
  inputShape?: Shape | readonly Shape[] | undefined;
  /** Samples. Default 2. */
  batchSize?: number | undefined;
  /**
   * The inputs themselves, in place of `inputShape` and `batchSize`: for layers that cannot take all numbers. Bytes have no gradient.
   * Default: numbers in (-1, 1), no two alike.
   */
  inputs?: GradcheckInput | readonly GradcheckInput[] | undefined;
  /** Of all random numbers: inputs, gradients of the outputs, weights, and those of the layer itself. Default 1. */
  seed?: number | undefined;
  /**
   * Most relative error that is right: the difference of both gradients divided by the larger of them, or by a tenth of the largest
   * gradient of the same tensor where they are small. What rounding may do is taken off before. Default 0.002.
   */
  tolerance?: number | undefined;
  /** Whether layers behave as in training: drop, take the statistics of the batch. Default true. */
  training?: boolean | undefined;
  /** Most elements of an input or a weight that are checked, chosen by the seed. Each takes two forward passes or more. Default 200. */
  elements?: number | undefined;
  /** Samples in a shard: what one thread computes at a time. Default: all. */
  shardSamples?: number | undefined;
}

const KNOWN = [
  "inputShape",
  "batchSize",
  "inputs",
  "seed",
  "tolerance",
  "training",
  "elements",
  "shardSamples",
  "loss",
  "targets",
];

/**
 * By how much an element is moved, one after the other until the gradients agree: a larger step is rounded less, a smaller one steps
 * over fewer bends, as of a maximum. All are powers of two, so that moving adds no rounding of its own to small numbers.
 */
const STEPS = [2 ** -9, 2 ** -7, 2 ** -11, 2 ** -5];
/** Relative rounding error of an output. */
const ROUNDING = 2 ** -22;

/**
 * Compares the gradients of a backward pass with central differences of the forward pass: of all inputs and all trained weights. The
 * loss is that of `options.loss`, or the sum of the outputs, each times a random number, in f64; and what the layers add to it.
 *
 * A model keeps its weights; the trained weights of a layer by itself are random, others as they are initialised. Nothing is
 * changed, but that a Sequential without an input shape, or a block, takes the one given here.
 * @param layer a layer or a model
 * @throws TypeError, RangeError for wrong options, and where the shape does not fit
 */
export async function gradcheck(layer: Layer, options: GradcheckOptions = {}): Promise<GradcheckReport> {
  if (!(layer instanceof Layer)) throw new TypeError(`gradcheck: expected a layer or a model, got ${show(layer)}`);
  checkOptions("gradcheck", options, KNOWN);
  const seed = checkInteger("gradcheck.seed", options.seed ?? 1, 0);
  const tolerance = checkNumber("gradcheck.tolerance", options.tolerance ?? 0.002, 0);
  const most = checkInteger("gradcheck.elements", options.elements ?? 200, 1);
  const training = checkBoolean("gradcheck.training", options.training ?? true);
  const { samples, shapes, inputs } = checkInputs(layer, options, seed);
  const shardSamples = checkInteger("gradcheck.shardSamples", options.shardSamples ?? samples, 1);

  if (layer instanceof CompositeLayer || layer instanceof Block) layer.build(shapes);
  const subject = subjectOf(layer, shapes, { inference: !training });
  const dtypes = inputs.map(({ data }) => (isUint8Array(data) ? ("u8" as const) : ("f32" as const)));
  const losses = await checkLosses(options);
  const trial = await Trial.create(subject, { shapes, dtypes, samples, shardSamples, losses });
  try {
    const data: TrialData = {
      inputs: inputs.map((input) => input.data),
      // About a quarter: numbers about 0 might add up to gradients of 0.
      upstream: trial.upstream.map((output, i) => {
        const shape = [samples, ...output.shape];
        return distinct(shape, order(shape, seed, 50 + i)).map((value) => value + 0.25);
      }),
      ...(losses && { targets: checkTargets(options, losses, trial.targets, trial.outputs, samples) }),
      weights: startingWeights(subject, seed),
      seed,
    };
    return await check(trial, data, { tolerance, most, seed });
  } finally {
    await trial.dispose();
  }
}

/**
 * As `gradcheck`, for a test: throws unless all gradients are right.
 * @throws Error whose message is the report, and what `gradcheck` throws
 */
export async function assertGradients(layer: Layer, options: GradcheckOptions = {}): Promise<GradcheckReport> {
  const report = await gradcheck(layer, options);
  if (!report.ok) throw new Error(String(report));
  return report;
}

function order(shape: Shape, seed: number, purpose: number): Uint32Array {
  return shuffledOrder(sizeOf(shape), seed, purpose);
}

function startingWeights(subject: Subject, seed: number): Float32Array[] {
  return subject.weights.map(({ shape, trainable }, i) =>
    !trainable || subject.hasNumbers(i) ? subject.start(i, seed) : distinct(shape, order(shape, seed, 100 + i)),
  );
}

interface Inputs {
  readonly samples: number;
  readonly shapes: readonly Shape[];
  readonly inputs: readonly GradcheckInput[];
}

function checkInputs(layer: Layer, options: GradcheckOptions, seed: number): Inputs {
  if (options.inputs !== undefined) return givenInputs(options.inputs);
  const samples = checkInteger("gradcheck.batchSize", options.batchSize ?? 2, 1);
  const given = options.inputShape ?? layer.graph?.inputs.map(({ sizes }) => sizes) ?? layer.inputShape;
  if (!Array.isArray(given)) {
    throw new TypeError(`gradcheck.inputShape: expected the shape of one sample, got ${show(given)}`);
  }
  const list: readonly unknown[] = given.some(Array.isArray) ? given : [given];
  const shapes = list.map((shape) => checkShape("gradcheck.inputShape", shape));
  const inputs = shapes.map((sample, i) => {
    const shape = [samples, ...sample];
    return { shape, data: distinct(shape, order(shape, seed, i)) };
  });
  return { samples, shapes, inputs };
}

function givenInputs(given: NonNullable<GradcheckOptions["inputs"]>): Inputs {
  const inputs = Array.isArray(given) ? (given as readonly GradcheckInput[]) : [given as GradcheckInput];
  for (const input of inputs) {
    const shape = checkShape("gradcheck.inputs.shape", input?.shape);
    const { length } = input.data ?? [];
    if (length !== sizeOf(shape) || shape[0] !== inputs[0]!.shape[0]) {
      throw new RangeError(
        `gradcheck.inputs: expected ${sizeOf(shape)} numbers of as many samples each, got ${length}`,
      );
    }
  }
  return { samples: inputs[0]!.shape[0]!, shapes: inputs.map(({ shape }) => shape.slice(1)), inputs };
}

interface CheckOptions {
  readonly tolerance: number;
  readonly most: number;
  readonly seed: number;
}

async function check(trial: Trial, data: TrialData, { tolerance, most, seed }: CheckOptions): Promise<GradcheckReport> {
  const measured = await measure(trial, data);
  const inputGradients = trial.gradients.map((region) => region && trial.read(region));
  const weightGradients = trial.weightGradients();
  const tensors: TensorCheck[] = [];

  /** @param at the data with another array in this one's place */
  const add = async (
    name: string,
    shape: Shape,
    values: Float32Array,
    analytic: Float32Array,
    at: (moved: Float32Array) => TrialData,
  ) => {
    const all = order(shape, seed, 200 + tensors.length);
    const chosen = Array.from(all.length > most ? all.subarray(0, most) : all).sort((a, b) => a - b);
    const largest = analytic.reduce((max, each) => Math.max(max, Math.abs(each)), 0);
    let worst: GradientError | undefined;
    let wrong = 0;
    for (const i of chosen) {
      const difference = (step: number) => centralDifference(trial, values, i, step, at);
      const error = await compare(analytic[i]!, difference, { largest, rounding: ROUNDING * measured.size, tolerance });
      if (!(error.relativeError <= tolerance)) wrong++;
      if (!worst || !(error.relativeError <= worst.relativeError))
        worst = { tensor: name, index: indexOf(i, shape), ...error };
    }
    tensors.push({ name, shape, checked: chosen.length, wrong, worst: worst! });
  };

  for (const [i, values] of data.inputs.entries()) {
    const { shape } = trial.inputs[i]!;
    if (trial.inputs[i]!.dtype === "u8") continue;
    const name = data.inputs.length > 1 ? `input ${i}` : "input";
    const analytic = inputGradients[i] ?? new Float32Array(values.length);
    const at = (moved: Float32Array): TrialData => ({
      ...data,
      inputs: data.inputs.map((each, j) => (j === i ? moved : each)),
    });
    await add(name, [trial.samples, ...shape], values as Float32Array, analytic, at);
  }
  for (const [i, { shape, trainable }] of trial.subject.weights.entries()) {
    if (!trainable) continue;
    const at = (moved: Float32Array): TrialData => ({
      ...data,
      weights: data.weights.map((each, j) => (j === i ? moved : each)),
    });
    await add(trial.subject.weightNames[i]!, shape, data.weights[i] as Float32Array, weightGradients[i]!, at);
  }
  return new GradcheckReport(trial.subject.name, tolerance, tensors);
}

/** The loss, and the root of the sum of the squares of its terms. */
async function measure(trial: Trial, data: TrialData): Promise<{ loss: number; size: number }> {
  await trial.run(data);
  let loss = 0;
  let squares = 0;
  const add = (term: number) => {
    loss += term;
    squares += term * term;
  };
  for (const [i, dy] of (data.upstream ?? []).entries()) {
    for (const [j, y] of trial.read(trial.outputs[i]!).entries()) add(y * dy[j]!);
  }
  for (const values of trial.lossValues) for (const one of trial.read(values)) add(one / trial.samples);
  for (const penalty of trial.penalties) for (const one of trial.read(penalty)) add(one / trial.samples);
  for (const penalty of trial.weightPenalties) for (const one of trial.read(penalty, 1)) add(one);
  return { loss, size: Math.sqrt(squares) };
}

/** (f(v + h) - f(v - h)) / 2h, of the steps that f32 makes of it. */
async function centralDifference(
  trial: Trial,
  values: Float32Array,
  i: number,
  step: number,
  at: (moved: Float32Array) => TrialData,
): Promise<number> {
  const h = step * Math.max(1, Math.abs(values[i]!));
  const [up, down] = [values.slice(), values.slice()];
  up[i]! += h;
  down[i]! -= h;
  const above = await measure(trial, at(up));
  const below = await measure(trial, at(down));
  return (above.loss - below.loss) / (up[i]! - down[i]!);
}

/** Takes one step after the other until the gradients agree; else what came closest. */
async function compare(
  analytic: number,
  difference: (step: number) => Promise<number>,
  { largest, rounding, tolerance }: { largest: number; rounding: number; tolerance: number },
): Promise<Pick<GradientError, "analytic" | "numeric" | "relativeError">> {
  let best: { analytic: number; numeric: number; relativeError: number } | undefined;
  for (const step of STEPS) {
    const numeric = await difference(step);
    const error = Math.max(0, Math.abs(analytic - numeric) - rounding / step);
    const scale = Math.max(Math.abs(analytic), Math.abs(numeric), largest / 10);
    const relativeError = error === 0 ? 0 : error / scale;
    if (!best || relativeError < best.relativeError) best = { analytic, numeric, relativeError };
    if (relativeError <= tolerance) break;
  }
  return best!;
}

function indexOf(element: number, shape: Shape): number[] {
  const index: number[] = [];
  let rest = element;
  for (const size of [...shape].reverse()) {
    index.unshift(rest % size);
    rest = Math.floor(rest / size);
  }
  return index;
}

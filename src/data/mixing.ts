import { checkInteger, checkNumber, checkOptions, show } from "../base/check.js";
import { RANDOM, randomWords } from "../engine/memory/initialize.js";
import { formatShape, sizeOf } from "../engine/program/shape.js";
import { RandomNumbers } from "./beta.js";
import { sliceArrays, stackedData } from "./elements.js";
import type { BatchElement, Data } from "./samples.js";
import { shuffledOrder } from "./shuffle.js";
import type { StackedNumbers } from "./stack.js";

/** Options of `mixUp` of a batch. */
export interface MixUpBatchOptions {
  /** Of the beta distribution of the weights: small ones give mostly weights near 0 and 1. Default 0.2. */
  alpha?: number | undefined;
  /** From which partners and weights follow, with the step. Default 0. */
  seed?: number | undefined;
  /** Default 0. */
  step?: number | undefined;
}

/** Options of `cutMix` of a batch. */
export interface CutMixBatchOptions {
  /**
   * The parameter of the beta distribution of the weights is drawn for each batch from 0 to it, or between two: from 0 to 1. Default 1.
   */
  factor?: number | readonly [number, number] | undefined;
  /** From which partners, weights and places follow, with the step. Default 0. */
  seed?: number | undefined;
  /** Default 0. */
  step?: number | undefined;
}

type Parts = StackedNumbers | Readonly<Record<string, StackedNumbers>>;

/**
 * Each sample mixed with a random one of its batch (Zhang et al., 2017), as Keras' `MixUp`: w sample + (1 - w) partner for x, for y, which
 * has to be one-hot, and for sample weights; w of each sample from the beta distribution of (alpha, alpha). Partners are a random order of the batch.
 * @param batch `x` and `y` in the forms that `fit` takes, also by name; it stays as it is
 * @returns new 32-bit floats
 * @throws TypeError, RangeError for wrong options, without `y`, and for targets that are not one-hot
 */
export function mixUp(batch: BatchElement, options: MixUpBatchOptions = {}): BatchElement {
  checkMixUp("mixUp", options, ["alpha", "seed", "step"]);
  return mixUpBatch(batch, options, batchSeed(options.seed ?? 0, 0, options.step ?? 0, 0));
}

/**
 * In each image a box that is of a random image of its batch (Yun et al., 2019), as Keras' `CutMix`: the box has sqrt(1 - w) of height and
 * width, anywhere, and one-hot targets (and sample weights) become w own + (1 - w) the partner's. Otherwise as `mixUp`; x has to be of shape (n, height,
 * width, channels), and bytes stay bytes.
 */
export function cutMix(batch: BatchElement, options: CutMixBatchOptions = {}): BatchElement {
  checkCutMix("cutMix", options, ["factor", "seed", "step"]);
  return cutMixBatch(batch, options, batchSeed(options.seed ?? 0, 0, options.step ?? 0, 0));
}

/** @throws TypeError, RangeError */
export function checkMixUp(where: string, options: MixUpBatchOptions, known: readonly string[]): void {
  checkOptions(where, options, known);
  checkNumber(`${where}.alpha`, options.alpha ?? 0.2, 1e-6);
  checkSeed(where, options);
}

/** @throws TypeError, RangeError */
export function checkCutMix(where: string, options: CutMixBatchOptions, known: readonly string[]): void {
  checkOptions(where, options, known);
  const [low, high] = rangeOf(options.factor);
  checkNumber(`${where}.factor`, low, 0, 1);
  checkNumber(`${where}.factor`, high, low, 1);
  checkSeed(where, options);
}

function checkSeed(where: string, { seed = 0, step = 0 }: MixUpBatchOptions): void {
  checkInteger(`${where}.seed`, seed, 0);
  checkInteger(`${where}.step`, step, 0);
}

function rangeOf(factor: CutMixBatchOptions["factor"] = 1): readonly [number, number] {
  return typeof factor === "number" ? [0, factor] : [factor?.[0], factor?.[1]];
}

/** From which all random numbers of one batch follow. @param stream which of several random operations this is */
export function batchSeed(seed: number, pass: number, index: number, stream: number): number {
  const [low, high] = randomWords(seed, RANDOM.mix + 256 * (stream + 1), pass, 4 * index, 4);
  return low! + 2 ** 32 * (high! & 0xfffff);
}

/** @param seed of the batch */
export function mixUpBatch(batch: BatchElement, { alpha = 0.2 }: MixUpBatchOptions, seed: number): BatchElement {
  const parts = partsOf(batch);
  const weights = Array.from({ length: parts.count }, (_, i) => new RandomNumbers(seed, i + 1).beta(alpha));
  return mixed(parts, seed, weights, (x, partners) => blended(x, partners, weights));
}

/** @param seed of the batch */
export function cutMixBatch(batch: BatchElement, { factor }: CutMixBatchOptions, seed: number): BatchElement {
  const parts = partsOf(batch);
  const [low, high] = rangeOf(factor);
  const alpha = low + (high - low) * new RandomNumbers(seed, 0).uniform() + 1e-6;
  const boxes = Array.from({ length: parts.count }, (_, i) => {
    const numbers = new RandomNumbers(seed, i + 1);
    const weight = numbers.beta(alpha);
    return { weight, ratio: Math.sqrt(1 - weight), left: numbers.uniform(), top: numbers.uniform() };
  });
  const weights = boxes.map(({ weight }) => weight);
  return mixed(parts, seed, weights, (x, partners) => pasted(x, partners, boxes));
}

/** A batch as arrays of numbers. @throws TypeError, RangeError */
function partsOf(batch: BatchElement) {
  checkOptions("batch", batch, ["x", "y", "sampleWeight"]);
  if (batch.y === undefined) throw new TypeError("expected { x, y }, got a batch without y");
  const { count } = sliceArrays("batch", batch);
  const [x, y] = [stackedData("x", batch.x), stackedData("y", batch.y)];
  each(y, checkOneHot);
  const { sampleWeight } = batch;
  const weights = sampleWeight && stackedData("sampleWeight", sampleWeight as Data);
  return { count, x, y, sampleWeight: weights };
}

function mixed(
  { count, x, y, sampleWeight }: ReturnType<typeof partsOf>,
  seed: number,
  weights: readonly number[],
  mix: (x: StackedNumbers, partners: Uint32Array) => StackedNumbers,
): BatchElement {
  const partners = shuffledOrder(count, seed, 0, RANDOM.mix + 256);
  return {
    x: each(x, (part) => mix(part, partners)),
    y: each(y, (part) => blended(part, partners, weights)),
    ...(sampleWeight && { sampleWeight: each(sampleWeight, (part) => blended(part, partners, weights)) }),
  };
}

/** The same of the only part, or of each by its name. */
function each(parts: Parts, map: (part: StackedNumbers, name: string) => StackedNumbers): Parts {
  if (Array.isArray(parts.shape)) return map(parts as StackedNumbers, "");
  return Object.fromEntries(
    Object.entries(parts).map(([name, part]) => [name, map(part as StackedNumbers, `.${name}`)]),
  );
}

/** @throws RangeError unless the last axis has classes and its numbers are a distribution */
function checkOneHot(y: StackedNumbers, name: string): StackedNumbers {
  const { data, shape } = y;
  const classes = shape.length > 1 ? shape.at(-1)! : 1;
  if (classes < 2) {
    throw new RangeError(
      `y${name}: expected one-hot targets of shape (n, classes), got shape ${formatShape(shape)}; toCategorical makes them of labels`,
    );
  }
  for (let i = 0; i < data.length; i += classes) {
    const row = Array.from(data.subarray(i, i + classes));
    const sum = row.reduce((all, value) => all + value, 0);
    if (row.every((value) => value >= 0) && Math.abs(sum - 1) < 1e-3) continue;
    throw new RangeError(`y${name}: expected one-hot targets, got ${show(row)} at position ${i / classes}`);
  }
  return y;
}

function blended({ data, shape }: StackedNumbers, partners: Uint32Array, weights: readonly number[]): StackedNumbers {
  const size = sizeOf(shape.slice(1));
  const result = new Float32Array(data.length);
  for (const [i, weight] of weights.entries()) {
    const other = partners[i]! * size;
    for (let j = 0; j < size; j++) {
      result[i * size + j] = weight * data[i * size + j]! + (1 - weight) * data[other + j]!;
    }
  }
  return { data: result, shape };
}

interface Box {
  /** Of the height and the width. */
  readonly ratio: number;
  /** Where it lies between the ends, from 0 to 1. */
  readonly left: number;
  readonly top: number;
}

function pasted({ data, shape }: StackedNumbers, partners: Uint32Array, boxes: readonly Box[]): StackedNumbers {
  const [, height = 0, width = 0, channels = 0] = shape;
  if (shape.length !== 4) {
    throw new RangeError(`x: expected images of shape (n, height, width, channels), got shape ${formatShape(shape)}`);
  }
  const result = data.slice();
  // Pixels from the first end on, before the other: both may lie between two.
  const within = (length: number, ratio: number, place: number) => {
    const begin = place * (length - ratio * length);
    return [Math.ceil(begin), Math.ceil(begin + ratio * length)] as const;
  };
  const rowSize = width * channels;
  for (const [i, { ratio, left, top }] of boxes.entries()) {
    const [x0, x1] = within(width, ratio, left);
    const [y0, y1] = within(height, ratio, top);
    for (let y = y0; y < y1; y++) {
      const begin = y * rowSize + x0 * channels;
      const from = partners[i]! * height * rowSize + begin;
      result.set(data.subarray(from, from + (x1 - x0) * channels), i * height * rowSize + begin);
    }
  }
  return { data: result, shape };
}

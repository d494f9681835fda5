// What users give as data becomes rows: samples that can be copied one by one into the model's memory. The data stays
// where the user has it.

import { show } from "../base/check.js";
import type { NestedArray, NumberArray, Samples, ShapedNumbers } from "../data/samples.js";
import { arrayKind, isFloat32Array, plainArray } from "../engine/kernels/kinds.js";
import type { DType } from "../engine/program/region.js";
import { formatShape, type Shape, sameShape, sizeOf } from "../engine/program/shape.js";

export type { NestedArray, NumberArray, Samples };

export interface Rows {
  readonly count: number;
  /** Shape of one sample. */
  readonly shape: Shape;
  readonly dtype: DType;
  /** Copies sample `index` to row `row` of `target`. */
  copy(target: Float32Array | Uint8Array, row: number, index: number): void;
}

/** Samples of another shape than is expected. */
export class WrongShape extends RangeError {
  // Else whoever prints the error would see it.
  readonly #isSingle: boolean;

  constructor(message: string, isSingle: boolean) {
    super(message);
    this.#isSingle = isSingle;
  }

  /** Whether they are what one sample should be, without a batch axis. */
  get isSingle(): boolean {
    return this.#isSingle;
  }
}

/**
 * Checks samples, all of them: every number has to be finite.
 * @param expected shape of one sample, NaN where the data decides; undefined: it decides all
 * @throws TypeError for what is no data, RangeError for wrong shapes and numbers
 */
export function toRows(where: string, samples: Samples, expected?: Shape): Rows {
  const rows = readRows(where, samples, expected);
  if (rows.count === 0) throw new RangeError(`${where}: expected at least one sample, got none`);
  if (sizeOf(rows.shape) === 0) {
    throw new RangeError(
      `${where}: expected at least one number a sample, got shape ${formatShape(["None", ...rows.shape])}`,
    );
  }
  if (!expected) return rows;
  if (!fits(rows.shape, expected)) {
    const single = fits([rows.count, ...rows.shape], expected);
    const hint = single ? `; a single sample needs a batch axis too: ${formatShape([1, ...expected])}` : "";
    throw new WrongShape(
      `${where}: expected samples of shape ${formatShape(expected)}, got ${formatShape(["None", ...rows.shape])}${hint}`,
      single,
    );
  }
  return { ...rows, shape: expected.map((size, axis) => (Number.isNaN(size) ? (rows.shape[axis] ?? 1) : size)) };
}

/** Equal, or equal but for one last axis of size 1: as Keras, (28, 28) will do for (28, 28, 1). */
function fits(shape: Shape, expected: Shape): boolean {
  if (shape.length > expected.length) return shape.at(-1) === 1 && agrees(shape.slice(0, -1), expected);
  if (shape.length === expected.length) return agrees(shape, expected);
  return [1, Number.NaN].includes(expected.at(-1)!) && agrees(shape, expected.slice(0, -1));
}

/** Equal where the sizes are not open. */
function agrees(shape: Shape, expected: Shape): boolean {
  return shape.length === expected.length && expected.every((size, axis) => Number.isNaN(size) || size === shape[axis]);
}

/** All numbers of some rows, one after the other. */
export function numbersOf(rows: Rows): Float32Array {
  const size = sizeOf(rows.shape);
  const numbers = new Float32Array(rows.count * size);
  for (let i = 0; i < rows.count; i++) rows.copy(numbers, i, i);
  return numbers;
}

function readRows(where: string, samples: Samples, expected: Shape | undefined): Rows {
  if (isTyped(samples)) {
    if (!expected) throw new TypeError(`${where}: expected { data, shape }, got a bare ${show(samples)}`);
    const size = sizeOf(expected);
    if (Number.isNaN(size)) {
      throw new TypeError(
        `${where}: expected { data, shape }, as the model takes several sizes, got a bare ${show(samples)}`,
      );
    }
    if (samples.length % size !== 0) {
      throw new RangeError(
        `${where}: expected a multiple of ${size} numbers for samples of shape ${formatShape(expected)}, got ${samples.length}`,
      );
    }
    return flatRows(where, samples, samples.length / size, expected);
  }
  if (Array.isArray(samples)) {
    const isFlat = expected && expected.length > 1 && isTyped(samples[0]) && samples[0].length === sizeOf(expected);
    const isShaped = typeof samples[0] === "object" && samples[0] !== null && !isList(samples[0]);
    return (isFlat || isShaped ? listRows : nestedRows)(where, samples as never, expected);
  }
  const { data, shape } = (samples ?? {}) as { data: NumberArray; shape: Shape };
  if (!isTyped(data) && !Array.isArray(data)) {
    throw new TypeError(`${where}: expected { data, shape }, a typed array or nested arrays, got ${show(samples)}`);
  }
  if (!Array.isArray(shape) || shape.length === 0 || !shape.every((n) => Number.isSafeInteger(n) && n >= 0)) {
    throw new TypeError(`${where}: expected a shape of integers, batch axis first, got ${show(shape)}`);
  }
  if (sizeOf(shape) !== data.length) {
    throw new RangeError(
      `${where}: expected ${sizeOf(shape)} numbers for shape ${formatShape(shape)}, got ${data.length}`,
    );
  }
  return flatRows(where, data, shape[0]!, shape.slice(1));
}

function isTyped(value: unknown): value is NumberArray & ArrayBufferView {
  return arrayKind(value)?.startsWith("Big") === false;
}

function checkFinite(where: string, value: unknown, index: number): void {
  if (typeof value !== "number")
    throw new TypeError(`${where}: expected numbers, got ${show(value)} at index ${index}`);
  if (!Number.isFinite(Math.fround(value))) {
    throw new RangeError(`${where}: expected finite 32-bit numbers, got ${value} at index ${index}`);
  }
}

function checkNumbers(where: string, data: NumberArray): void {
  // The usual kind in a loop of its own: it is read on every call, and this takes a tenth of the time.
  if (isFloat32Array(data)) {
    for (let i = 0; i < data.length; i++) if (data[i]! - data[i]! !== 0) checkFinite(where, data[i], i);
  } else {
    for (let i = 0; i < data.length; i++) checkFinite(where, data[i], i);
  }
}

function flatRows(where: string, given: NumberArray, count: number, shape: Shape): Rows {
  const kind = arrayKind(given);
  const data = kind ? plainArray(given as Float32Array) : (given as unknown as number[]);
  const bytes = kind === "Uint8Array" || kind === "Uint8ClampedArray";
  if (!kind || kind.startsWith("Float")) checkNumbers(where, data);
  const size = sizeOf(shape);
  const slice = (begin: number, end: number) =>
    "subarray" in data ? data.subarray(begin, end) : data.slice(begin, end);
  return {
    count,
    shape,
    dtype: bytes ? "u8" : "f32",
    copy: (target, row, index) => target.set(slice(index * size, (index + 1) * size), row * size),
  };
}

/** Samples one by one: numbers with their shape, with or without a batch axis of 1, or typed arrays of the expected size. */
function listRows(where: string, list: readonly (ShapedNumbers | NumberArray)[], expected: Shape | undefined): Rows {
  const rows = list.map((sample, i) => {
    const place = `${where}[${i}]`;
    const { data, shape } = isTyped(sample) ? { data: sample, shape: expected! } : (sample as ShapedNumbers);
    const isBatch = Array.isArray(shape) && shape[0] === 1 && shape.length === (expected ? expected.length + 1 : 4);
    const one = isBatch || !Array.isArray(shape) ? shape : [1, ...shape];
    return readRows(place, { data, shape: one }, undefined);
  });
  const [{ shape }] = rows as [Rows];
  const other = rows.findIndex((each) => !sameShape(each.shape, shape));
  if (other > 0) {
    const [one, got] = [shape, rows[other]!.shape].map((each) => formatShape(each));
    throw new RangeError(`${where}[${other}]: expected samples all of one shape, ${one}, got ${got}`);
  }
  return {
    count: rows.length,
    shape,
    dtype: rows.every(({ dtype }) => dtype === "u8") ? "u8" : "f32",
    copy: (target, row, index) => rows[index]!.copy(target, row, 0),
  };
}

function nestedRows(where: string, samples: NestedArray, expected: Shape | undefined): Rows {
  const shape: number[] = [];
  for (let level: unknown = samples[0]; isList(level); level = level[0]) shape.push(level.length);
  checkNested(where, samples, [samples.length, ...shape], "");
  const size = sizeOf(shape);
  return {
    count: samples.length,
    shape: samples.length === 0 && expected ? expected : shape,
    dtype: "f32",
    copy: (target, row, index) => copyNested(target, row * size, samples[index]!),
  };
}

function checkNested(where: string, value: unknown, shape: Shape, path: string): void {
  if (shape.length === 0) {
    if (typeof value !== "number" || !Number.isFinite(Math.fround(value))) {
      throw new RangeError(`${where}: expected finite numbers, got ${show(value)} at ${path}`);
    }
  } else if (!isList(value) || value.length !== shape[0]) {
    throw new RangeError(
      `${where}: expected nested arrays all of one shape, ${shape[0]} at ${path || "the top"}, got ${show(value)}`,
    );
  } else {
    for (let i = 0; i < value.length; i++) checkNested(where, value[i], shape.slice(1), `${path}[${i}]`);
  }
}

/** Returns where what it has written ends. */
function copyNested(target: Float32Array | Uint8Array, at: number, value: NestedArray[number]): number {
  if (typeof value === "number") {
    target[at] = value;
    return at + 1;
  }
  let next = at;
  for (let i = 0; i < value.length; i++) next = copyNested(target, next, value[i]!);
  return next;
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value) || isTyped(value);
}

/** The samples begin .. end - 1. */
export function sliceRows(rows: Rows, begin: number, end: number): Rows {
  return {
    count: end - begin,
    shape: rows.shape,
    dtype: rows.dtype,
    copy: (target, row, index) => rows.copy(target, row, begin + index),
  };
}

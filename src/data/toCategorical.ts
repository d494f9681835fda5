import { checkInteger, show } from "../base/check.js";
import { arrayKind } from "../engine/kernels/kinds.js";

/** Integer labels: bare, or as `{ data, shape }` with one label a row, shape [n] or [n, 1]. */
export type Labels = ArrayLike<number> | { data: ArrayLike<number>; shape: readonly number[] };

/** 4 GiB of 32-bit floats. */
const MOST_NUMBERS = 2 ** 30;

/**
 * Turns integer labels into one-hot rows, as Keras' `to_categorical`.
 *
 * @param labels n integers from 0 to `classes - 1`: a typed array, an array of numbers, or `{ data, shape }`.
 * @param classes Number of classes. Default: the largest label + 1.
 * @returns `data` of `shape` [n, classes], row by row: 1 in the column of the label, 0 elsewhere.
 * @throws TypeError if `labels` is something else or holds something else than numbers.
 * @throws RangeError if a label is not an integer from 0 to `classes - 1` (named with its index), if `classes` is not a
 *   positive integer, if the shape does not fit, if there are neither labels nor `classes`, or if the rows would have more
 *   than 2^30 numbers.
 */
export function toCategorical(labels: Labels, classes?: number): { data: Float32Array; shape: [number, number] } {
  const values = labelValues(labels);
  if (classes !== undefined) checkInteger("toCategorical: classes", classes, 1);

  let largest = -1;
  for (let i = 0; i < values.length; i++) {
    const label: unknown = values[i];
    if (typeof label !== "number") {
      throw new TypeError(`toCategorical: expected numbers as labels, got ${show(label)} at index ${i}`);
    }
    if (!Number.isSafeInteger(label) || label < 0 || (classes !== undefined && label >= classes)) {
      const range = classes === undefined ? "of 0 or more" : `from 0 to ${classes - 1}`;
      throw new RangeError(`toCategorical: expected every label to be an integer ${range}, got ${label} at index ${i}`);
    }
    largest = Math.max(largest, label);
  }

  const columns = classes ?? largest + 1;
  if (columns === 0) {
    throw new RangeError("toCategorical: expected at least one label or a number of classes, got none");
  }
  if (values.length * columns > MOST_NUMBERS) {
    throw new RangeError(
      `toCategorical: expected at most 2^30 numbers, got ${values.length} x ${columns}` +
        (classes === undefined ? `, as the largest label is ${largest}` : ""),
    );
  }
  const data = new Float32Array(values.length * columns);
  for (let i = 0; i < values.length; i++) data[i * columns + values[i]!] = 1;
  return { data, shape: [values.length, columns] };
}

function labelValues(labels: Labels): ArrayLike<number> {
  if (isList(labels)) return labels;
  if (typeof labels !== "object" || labels === null || !("data" in labels && isList(labels.data))) {
    throw new TypeError(
      `toCategorical: expected labels as an array, a typed array or { data, shape }, got ${show(labels)}`,
    );
  }
  const { data, shape } = labels;
  const fits =
    Array.isArray(shape) && shape[0] === data.length && (shape.length === 1 || (shape.length === 2 && shape[1] === 1));
  if (!fits) {
    throw new RangeError(`toCategorical: expected ${data.length} labels of shape [n] or [n, 1], got ${show(shape)}`);
  }
  return data;
}

function isList(value: unknown): value is ArrayLike<number> {
  return Array.isArray(value) || arrayKind(value) !== undefined;
}

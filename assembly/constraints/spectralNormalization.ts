// Spectral normalization: a kernel, seen as a matrix w of `rows` and `columns`, divided by its largest singular value, which power
// iteration finds step by step from the vector u (columns) that is kept.

import { at } from "../lib/simd";

/** No norm counts as less. */
// @ts-ignore: decorator
@inline
const LEAST: f64 = 1e-12;

/** Divides `count` numbers by their norm. */
function normalize(vector: usize, count: i32): void {
  let sum: f64 = 0;
  for (let i = 0; i < count; ++i) {
    const value = <f64>load<f32>(at(vector, i));
    sum += value * value;
  }
  const norm = max(sqrt(sum), LEAST);
  for (let i = 0; i < count; ++i) store<f32>(at(vector, i), <f32>(<f64>load<f32>(at(vector, i)) / norm));
}

/** out[i] = the sum over j of w[i, j] vector[j], `step` and `stride` elements from one i and j to the next. */
function product(out: usize, w: usize, vector: usize, count: i32, length: i32, step: i32, stride: i32): void {
  for (let i = 0; i < count; ++i) {
    let sum: f64 = 0;
    for (let j = 0; j < length; ++j) {
      sum += <f64>load<f32>(at(w, i * step + j * stride)) * <f64>load<f32>(at(vector, j));
    }
    store<f32>(at(out, i), <f32>sum);
  }
}

/**
 * out = w / sigma (rows, columns), then the next u (columns), then the vector v (rows): v = w u and u = v w, each of length 1,
 * `iterations` times; sigma = v w u. A kernel of zeros stays, and so does u.
 */
export function spectralNormalizationForward(
  out: usize, w: usize, u: usize, rows: i32, columns: i32, iterations: i32,
): void {
  const size = rows * columns;
  const nextU = at(out, size), v = at(nextU, columns);
  memory.copy(nextU, u, <usize>columns << 2);
  let isZero = true;
  for (let i = 0; i < size && isZero; ++i) isZero = load<f32>(at(w, i)) == 0;
  let sigma: f64 = 1;
  if (!isZero) {
    for (let k = 0; k < iterations; ++k) {
      product(v, w, nextU, rows, columns, columns, 1);
      normalize(v, rows);
      product(nextU, w, v, columns, rows, 1, columns);
      normalize(nextU, columns);
    }
    sigma = 0;
    for (let r = 0; r < rows; ++r) {
      let sum: f64 = 0;
      for (let c = 0; c < columns; ++c) sum += <f64>load<f32>(at(w, r * columns + c)) * <f64>load<f32>(at(nextU, c));
      sigma += sum * <f64>load<f32>(at(v, r));
    }
  }
  for (let i = 0; i < size; ++i) store<f32>(at(out, i), <f32>(<f64>load<f32>(at(w, i)) / sigma));
}

/** to = `count` numbers of `from`, from element `first` on. */
export function spectralNormalizationTake(to: usize, from: usize, first: i32, count: i32): void {
  memory.copy(to, at(from, first), <usize>count << 2);
}

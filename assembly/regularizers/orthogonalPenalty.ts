// How far the rows or columns of a matrix, `count` vectors of `length` numbers, are from being orthogonal to each other. They are
// brought to length 1 first: row i of `unit` (count, length); behind it stand their lengths before.

import { at } from "../lib/simd";

/** Keras' epsilon: no length counts as less. */
// @ts-ignore: decorator
@inline
const LEAST: f32 = 1e-7;

/** unit[i] = vector i / its length. Vector i is element i * step of w on, its numbers `stride` elements apart. */
export function orthogonalPenaltyNormalize(
  unit: usize, w: usize, count: i32, length: i32, step: i32, stride: i32,
): void {
  const lengths = at(unit, count * length);
  for (let i = 0; i < count; ++i) {
    let sum: f64 = 0;
    for (let k = 0; k < length; ++k) {
      const value = <f64>load<f32>(at(w, i * step + k * stride));
      sum += value * value;
    }
    const norm = max(<f32>sqrt(sum), LEAST);
    store<f32>(at(lengths, i), norm);
    for (let k = 0; k < length; ++k) {
      store<f32>(at(unit, i * length + k), load<f32>(at(w, i * step + k * stride)) / norm);
    }
  }
}

// @ts-ignore: decorator
@inline
function dot(a: usize, b: usize, length: i32): f64 {
  let sum: f64 = 0;
  for (let k = 0; k < length; ++k) sum += <f64>load<f32>(at(a, k)) * <f64>load<f32>(at(b, k));
  return sum;
}

/** penalty[0] = factor times the mean of |unit[i] . unit[j]| over all pairs i < j. */
export function orthogonalPenaltyForward(penalty: usize, unit: usize, count: i32, length: i32, factor: f64): void {
  let sum: f64 = 0;
  for (let i = 0; i < count; ++i) {
    for (let j = 0; j < i; ++j) sum += abs(dot(at(unit, i * length), at(unit, j * length), length));
  }
  store<f32>(penalty, <f32>((factor * sum) / (<f64>count * <f64>(count - 1) * 0.5)));
}

/** dw += the gradient: for vector i of length n, (d - unit[i] (unit[i] . d)) / n, d = share sum over j of sign(unit[i] . unit[j]) unit[j]. */
export function orthogonalPenaltyBackwardAdd(
  dw: usize, unit: usize, d: usize, count: i32, length: i32, step: i32, stride: i32, factor: f64,
): void {
  const lengths = at(unit, count * length);
  const share = <f32>(factor / (<f64>count * <f64>(count - 1) * 0.5));
  for (let i = 0; i < count; ++i) {
    const own = at(unit, i * length);
    memory.fill(d, 0, (<usize>length) << 2);
    for (let j = 0; j < count; ++j) {
      if (j == i) continue;
      const other = at(unit, j * length), product = dot(own, other, length);
      if (product == 0) continue;
      const sign: f32 = product > 0 ? share : -share;
      for (let k = 0; k < length; ++k) store<f32>(at(d, k), load<f32>(at(d, k)) + sign * load<f32>(at(other, k)));
    }
    const norm = load<f32>(at(lengths, i));
    // A vector shorter than that is divided by a constant.
    const along = norm > LEAST ? <f32>dot(own, d, length) : 0;
    for (let k = 0; k < length; ++k) {
      const p = at(dw, i * step + k * stride);
      store<f32>(p, load<f32>(p) + (load<f32>(at(d, k)) - along * load<f32>(at(own, k))) / norm);
    }
  }
}

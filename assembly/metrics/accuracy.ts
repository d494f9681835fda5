// How often outputs are right: for each sample its share of right positions, times their weights. `rows` positions of n classes or
// numbers each; `weights` holds one number a position, or is null for ones.

import { at } from "../lib/simd";
import { weightOf } from "../lib/weights";

// @ts-ignore: decorator
@inline
function argmax(p: usize, n: i32): i32 {
  let best = 0;
  for (let i = 1; i < n; ++i) if (load<f32>(at(p, i)) > load<f32>(at(p, best))) best = i;
  return best;
}

/** Right where the first greatest of y is the first greatest of t. */
export function accuracyCategorical(
  samples: i32, hits: usize, y: usize, t: usize, weights: usize, each: i32, rows: i32, n: i32,
): void {
  for (let s = 0; s < samples; ++s) {
    let count: f32 = 0;
    for (let r = s * rows; r < (s + 1) * rows; ++r) {
      if (argmax(at(y, r * n), n) == argmax(at(t, r * n), n)) count += weightOf(weights, r, each);
    }
    store<f32>(at(hits, s), count / <f32>rows);
  }
}

/** Right where the first greatest of y is at the label t, one a position. */
export function accuracySparse(
  samples: i32, hits: usize, y: usize, t: usize, weights: usize, each: i32, rows: i32, n: i32,
): void {
  for (let s = 0; s < samples; ++s) {
    let count: f32 = 0;
    for (let r = s * rows; r < (s + 1) * rows; ++r) {
      if (<f32>argmax(at(y, r * n), n) == load<f32>(at(t, r))) count += weightOf(weights, r, each);
    }
    store<f32>(at(hits, s), count / <f32>rows);
  }
}

/** Right where fewer than k of y are greater than that of the class: the label t or, not `sparse`, the first greatest of t. */
export function accuracyTopK(
  samples: i32, hits: usize, y: usize, t: usize, weights: usize, each: i32, rows: i32, n: i32, k: i32, sparse: i32,
): void {
  for (let s = 0; s < samples; ++s) {
    let count: f32 = 0;
    for (let r = s * rows; r < (s + 1) * rows; ++r) {
      const row = at(y, r * n);
      const label = sparse ? <i32>load<f32>(at(t, r)) : argmax(at(t, r * n), n);
      if (label < 0 || label >= n) continue;
      const own = load<f32>(at(row, label));
      let greater = 0;
      for (let i = 0; i < n; ++i) greater += load<f32>(at(row, i)) > own ? 1 : 0;
      if (greater < k && own - own == 0) count += weightOf(weights, r, each);
    }
    store<f32>(at(hits, s), count / <f32>rows);
  }
}

/** Right where y > threshold says what t says, 1 or 0. */
export function accuracyBinary(
  samples: i32, hits: usize, y: usize, t: usize, weights: usize, rows: i32, n: i32, threshold: f32,
): void {
  for (let s = 0; s < samples; ++s) {
    let share: f32 = 0;
    for (let r = s * rows; r < (s + 1) * rows; ++r) {
      let count = 0;
      for (let i = r * n; i < (r + 1) * n; ++i) {
        count += (load<f32>(at(y, i)) > threshold ? <f32>1 : <f32>0) == load<f32>(at(t, i)) ? 1 : 0;
      }
      share += <f32>count / <f32>(rows * n) * weightOf(weights, r, 1);
    }
    store<f32>(at(hits, s), share);
  }
}

/** Right where y is t. */
export function accuracyEqual(samples: i32, hits: usize, y: usize, t: usize, weights: usize, rows: i32, n: i32): void {
  for (let s = 0; s < samples; ++s) {
    let share: f32 = 0;
    for (let r = s * rows; r < (s + 1) * rows; ++r) {
      let count = 0;
      for (let i = r * n; i < (r + 1) * n; ++i) count += load<f32>(at(y, i)) == load<f32>(at(t, i)) ? 1 : 0;
      share += <f32>count / <f32>(rows * n) * weightOf(weights, r, 1);
    }
    store<f32>(at(hits, s), share);
  }
}

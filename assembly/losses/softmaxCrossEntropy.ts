// Categorical cross-entropy straight from the logits of a softmax: exact where the probabilities would underflow.
// `rows` positions of n classes each; `weights` holds one number for `each` positions in turn, or is null for ones. Targets are smoothed first:
// t (1 - smoothing) + smoothing / n.

import { exp4, log1 } from "../lib/math";
import { at, laneMask, loadLanes, maxLanes, storeLanes, sumLanes } from "../lib/simd";
import { batchSamples } from "../lib/step";
import { weightOf } from "../lib/weights";

// @ts-ignore: decorator
@inline
function smooth(t: v128, smoothing: f32, n: i32): v128 {
  return f32x4.add(f32x4.mul(t, f32x4.splat(1 - smoothing)), f32x4.splat(smoothing / <f32>n));
}

/** loss[s] = the mean over the positions of weight * sum over j of t[j] * (log sum exp z - z[j]); z the logits. */
export function softmaxCrossEntropyForward(
  samples: i32, loss: usize, z: usize, t: usize, weights: usize, each: i32, rows: i32, n: i32, smoothing: f32,
): void {
  const none = f32x4.splat(-Infinity), zero = f32x4.splat(0);
  for (let s = 0; s < samples; ++s) {
    let sumOfRows: f32 = 0;
    for (let r = 0; r < rows; ++r) {
      let most = none;
      for (let i = 0; i < n; i += 4) most = f32x4.max(most, loadLanes(at(z, i), n - i, none));
      const shift = f32x4.splat(maxLanes(most));
      let sum = zero;
      for (let i = 0; i < n; i += 4) {
        sum = f32x4.add(sum, exp4(f32x4.sub(loadLanes(at(z, i), n - i, none), shift)));
      }
      const logSum = f32x4.splat(log1(sumLanes(sum)));
      let total = zero;
      for (let i = 0; i < n; i += 4) {
        const logP = f32x4.sub(logSum, f32x4.sub(v128.load(at(z, i)), shift));
        const target = smooth(v128.load(at(t, i)), smoothing, n);
        total = f32x4.add(total, v128.and(f32x4.mul(target, logP), laneMask(n - i)));
      }
      sumOfRows += sumLanes(total) * weightOf(weights, s * rows + r, each);
      z = at(z, n);
      t = at(t, n);
    }
    store<f32>(at(loss, s), sumOfRows / <f32>rows);
  }
}

/** dz = (y - t) * weight / (N rows): y the softmax of z, N the samples in the batch (step block). */
export function softmaxCrossEntropyBackward(
  samples: i32, dz: usize, y: usize, t: usize, weights: usize, each: i32, step: usize, rows: i32, n: i32,
  smoothing: f32,
): void {
  for (let s = 0; s < samples; ++s) {
    for (let r = 0; r < rows; ++r) {
      const factor = f32x4.splat(weightOf(weights, s * rows + r, each) / <f32>(batchSamples(step) * rows));
      for (let i = 0; i < n; i += 4) {
        const target = smooth(v128.load(at(t, i)), smoothing, n);
        storeLanes(at(dz, i), f32x4.mul(f32x4.sub(v128.load(at(y, i)), target), factor), n - i);
      }
      dz = at(dz, n);
      y = at(y, n);
      t = at(t, n);
    }
  }
}

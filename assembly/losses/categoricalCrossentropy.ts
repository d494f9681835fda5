// Categorical cross-entropy from probabilities, as Keras computes it: q = p / sum p, clipped to [1e-7, 1 - 1e-7].
// `rows` positions of n classes each; `weights` holds one number for `each` positions in turn, or is null for ones. Targets are smoothed first:
// t (1 - smoothing) + smoothing / n.

import { log4 } from "../lib/math";
import { at, laneMask, loadLanes, storeLanes, sumLanes } from "../lib/simd";
import { batchSamples } from "../lib/step";
import { weightOf } from "../lib/weights";

// @ts-ignore: decorator
@inline
const EPSILON: f32 = 1e-7;

// @ts-ignore: decorator
@inline
function rowSum(p: usize, n: i32): f32 {
  let sum = f32x4.splat(0);
  for (let i = 0; i < n; i += 4) sum = f32x4.add(sum, loadLanes(at(p, i), n - i, f32x4.splat(0)));
  return sumLanes(sum);
}

// @ts-ignore: decorator
@inline
function clip(q: v128): v128 {
  return f32x4.min(f32x4.max(q, f32x4.splat(EPSILON)), f32x4.splat(1 - EPSILON));
}

// @ts-ignore: decorator
@inline
function smooth(t: v128, smoothing: f32, n: i32): v128 {
  return f32x4.add(f32x4.mul(t, f32x4.splat(1 - smoothing)), f32x4.splat(smoothing / <f32>n));
}

/** loss[s] = -the mean over the positions of weight * sum over j of t[j] log clip(q[j]) */
export function categoricalCrossentropyForward(
  samples: i32, loss: usize, p: usize, t: usize, weights: usize, each: i32, rows: i32, n: i32, smoothing: f32,
): void {
  for (let s = 0; s < samples; ++s) {
    let sumOfRows: f32 = 0;
    for (let r = 0; r < rows; ++r) {
      const sum = f32x4.splat(rowSum(p, n));
      let total = f32x4.splat(0);
      for (let i = 0; i < n; i += 4) {
        const logQ = log4(clip(f32x4.div(v128.load(at(p, i)), sum)));
        const target = smooth(v128.load(at(t, i)), smoothing, n);
        total = f32x4.sub(total, v128.and(f32x4.mul(target, logQ), laneMask(n - i)));
      }
      sumOfRows += sumLanes(total) * weightOf(weights, s * rows + r, each);
      p = at(p, n);
      t = at(t, n);
    }
    store<f32>(at(loss, s), sumOfRows / <f32>rows);
  }
}

/** dp = (g - sum over j of g[j] q[j]) / sum p with g = -t / q * weight / (N rows) where q is not clipped, else 0. */
export function categoricalCrossentropyBackward(
  samples: i32, dp: usize, p: usize, t: usize, weights: usize, each: i32, step: usize, rows: i32, n: i32,
  smoothing: f32,
): void {
  const zero = f32x4.splat(0);
  for (let s = 0; s < samples; ++s) {
    for (let r = 0; r < rows; ++r) {
      const factor = f32x4.splat(weightOf(weights, s * rows + r, each) / <f32>(batchSamples(step) * rows));
      const sum = f32x4.splat(rowSum(p, n));
      let dot = zero;
      for (let i = 0; i < n; i += 4) {
        const q = f32x4.div(v128.load(at(p, i)), sum);
        const inside = v128.and(f32x4.ge(q, f32x4.splat(EPSILON)), f32x4.le(q, f32x4.splat(1 - EPSILON)));
        const target = smooth(v128.load(at(t, i)), smoothing, n);
        const g = v128.and(f32x4.neg(f32x4.mul(f32x4.div(target, q), factor)), inside);
        dot = f32x4.add(dot, v128.and(f32x4.mul(g, q), laneMask(n - i)));
        storeLanes(at(dp, i), g, n - i);
      }
      const shift = f32x4.splat(sumLanes(dot));
      for (let i = 0; i < n; i += 4) {
        storeLanes(at(dp, i), f32x4.div(f32x4.sub(v128.load(at(dp, i)), shift), sum), n - i);
      }
      dp = at(dp, n);
      p = at(p, n);
      t = at(t, n);
    }
  }
}

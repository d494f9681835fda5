// Categorical focal cross-entropy from probabilities: q = p / sum p, clipped to [1e-7, 1 - 1e-7]; each class counts
// alpha (1 - q)^gamma. `rows` positions of n classes each; `weights` holds one number for `each` positions in turn, or is null for ones. Targets are
// smoothed first: t (1 - smoothing) + smoothing / n.

import { exp4, log4 } from "../lib/math";
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

/** x^power for x > 0 */
// @ts-ignore: decorator
@inline
function raise(x: v128, power: f32): v128 {
  return exp4(f32x4.mul(f32x4.splat(power), log4(x)));
}

/** loss[s] = alpha * the mean over the positions of weight * sum over j of t[j] (1 - q[j])^gamma * -log q[j] */
export function categoricalFocalCrossentropyForward(
  samples: i32, loss: usize, p: usize, t: usize, weights: usize, each: i32, rows: i32, n: i32,
  smoothing: f32, alpha: f32, gamma: f32,
): void {
  for (let s = 0; s < samples; ++s) {
    let sumOfRows: f32 = 0;
    for (let r = s * rows; r < (s + 1) * rows; ++r) {
      const from = at(p, r * n), truth = at(t, r * n);
      const sum = f32x4.splat(rowSum(from, n));
      let total = f32x4.splat(0);
      for (let i = 0; i < n; i += 4) {
        const q = clip(f32x4.div(v128.load(at(from, i)), sum));
        const factor = f32x4.mul(smooth(v128.load(at(truth, i)), smoothing, n), raise(f32x4.sub(f32x4.splat(1), q), gamma));
        total = f32x4.sub(total, v128.and(f32x4.mul(factor, log4(q)), laneMask(n - i)));
      }
      sumOfRows += sumLanes(total) * weightOf(weights, r, each);
    }
    store<f32>(at(loss, s), sumOfRows * alpha / <f32>rows);
  }
}

/**
 * dp = (g - sum over j of g[j] p[j] / sum p) / sum p with g the derivative by q where q is not clipped, else 0, times weight / (N rows),
 * N the samples in the batch.
 */
export function categoricalFocalCrossentropyBackward(
  samples: i32, dp: usize, p: usize, t: usize, weights: usize, each: i32, step: usize, rows: i32, n: i32,
  smoothing: f32, alpha: f32, gamma: f32,
): void {
  const one = f32x4.splat(1);
  for (let s = 0; s < samples; ++s) {
    for (let r = s * rows; r < (s + 1) * rows; ++r) {
      const scale = f32x4.splat(alpha * weightOf(weights, r, each) / <f32>(batchSamples(step) * rows));
      const from = at(p, r * n), truth = at(t, r * n), to = at(dp, r * n);
      const sum = f32x4.splat(rowSum(from, n));
      let dot = f32x4.splat(0);
      for (let i = 0; i < n; i += 4) {
        const share = f32x4.div(v128.load(at(from, i)), sum);
        const q = clip(share), missed = f32x4.sub(one, q);
        // The derivative of -(1 - q)^gamma log q
        const ofFactor = f32x4.mul(f32x4.mul(f32x4.splat(gamma), raise(missed, gamma - 1)), log4(q));
        const slope = f32x4.sub(ofFactor, f32x4.div(raise(missed, gamma), q));
        const target = f32x4.mul(smooth(v128.load(at(truth, i)), smoothing, n), scale);
        const g = v128.and(f32x4.mul(target, slope), f32x4.eq(q, share));
        dot = f32x4.add(dot, v128.and(f32x4.mul(g, share), laneMask(n - i)));
        storeLanes(at(to, i), g, n - i);
      }
      const shift = f32x4.splat(sumLanes(dot));
      for (let i = 0; i < n; i += 4) {
        storeLanes(at(to, i), f32x4.div(f32x4.sub(v128.load(at(to, i)), shift), sum), n - i);
      }
    }
  }
}

// The cosine of the angle between output and target, for `rows` positions of n numbers each: a . b with a = p / max(|p|, 1e-7), b of t
// likewise. `weights` holds one number for `each` positions in turn, or is null for ones. `sign` -1 makes a loss of it.

import { at, loadLanes, storeLanes, sumLanes } from "../lib/simd";
import { batchSamples } from "../lib/step";
import { weightOf } from "../lib/weights";

// @ts-ignore: decorator
@inline
const EPSILON: f32 = 1e-7;

// @ts-ignore: decorator
@inline
function dot(a: usize, b: usize, n: i32): f32 {
  const zero = f32x4.splat(0);
  let sum = zero;
  for (let i = 0; i < n; i += 4) {
    sum = f32x4.add(sum, f32x4.mul(loadLanes(at(a, i), n - i, zero), loadLanes(at(b, i), n - i, zero)));
  }
  return sumLanes(sum);
}

/** 1 / max(|x|, 1e-7) */
// @ts-ignore: decorator
@inline
function inverseNorm(x: usize, n: i32): f32 {
  return 1 / max<f32>(sqrt<f32>(dot(x, x, n)), EPSILON);
}

/** values[s] = sign * the mean over the positions of weight * the cosine */
export function cosineSimilarityForward(
  samples: i32, values: usize, p: usize, t: usize, weights: usize, each: i32, rows: i32, n: i32, sign: f32,
): void {
  for (let s = 0; s < samples; ++s) {
    let sum: f32 = 0;
    for (let r = s * rows; r < (s + 1) * rows; ++r) {
      const a = at(p, r * n), b = at(t, r * n);
      sum += dot(a, b, n) * inverseNorm(a, n) * inverseNorm(b, n) * weightOf(weights, r, each);
    }
    store<f32>(at(values, s), sum * sign / <f32>rows);
  }
}

/** dp = (b - cosine a) / |p| * sign * weight / (N rows), N the samples in the batch; without the second part where |p| <= 1e-7. */
export function cosineSimilarityBackward(
  samples: i32, dp: usize, p: usize, t: usize, weights: usize, each: i32, step: usize, rows: i32, n: i32, sign: f32,
): void {
  for (let s = 0; s < samples; ++s) {
    for (let r = s * rows; r < (s + 1) * rows; ++r) {
      const factor = sign * weightOf(weights, r, each) / <f32>(batchSamples(step) * rows);
      const a = at(p, r * n), b = at(t, r * n);
      const ofA = inverseNorm(a, n), ofB = inverseNorm(b, n);
      const ofTarget = f32x4.splat(ofB * ofA * factor);
      const turned = ofA < 1 / EPSILON ? dot(a, b, n) * ofA * ofB * ofA * ofA * factor : 0;
      for (let i = 0; i < n; i += 4) {
        const d = f32x4.mul(v128.load(at(b, i)), ofTarget);
        storeLanes(at(dp, r * n + i), f32x4.sub(d, f32x4.mul(v128.load(at(a, i)), f32x4.splat(turned))), n - i);
      }
    }
  }
}

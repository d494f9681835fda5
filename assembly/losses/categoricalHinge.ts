// Categorical hinge: max(1 + the greatest of (1 - t) p - sum t p, 0), for `rows` positions of n classes each. `weights` holds one number
// for `each` positions in turn, or is null for ones.

import { at, laneMask, loadLanes, maxLanes, storeLanes, sumLanes } from "../lib/simd";
import { batchSamples } from "../lib/step";
import { weightOf } from "../lib/weights";

/** (1 - t) p of four classes; lanes from `count` on are -Infinity */
// @ts-ignore: decorator
@inline
function others(p: usize, t: usize, count: i32): v128 {
  const product = f32x4.mul(f32x4.sub(f32x4.splat(1), v128.load(t)), v128.load(p));
  return v128.bitselect(product, f32x4.splat(-Infinity), laneMask(count));
}

// @ts-ignore: decorator
@inline
function most(p: usize, t: usize, n: i32): f32 {
  let greatest = f32x4.splat(-Infinity);
  for (let i = 0; i < n; i += 4) greatest = f32x4.max(greatest, others(at(p, i), at(t, i), n - i));
  return maxLanes(greatest);
}

/** What the loss is where it is not negative. */
// @ts-ignore: decorator
@inline
function margin(p: usize, t: usize, n: i32): f32 {
  const zero = f32x4.splat(0);
  let sum = zero;
  for (let i = 0; i < n; i += 4) {
    sum = f32x4.add(sum, f32x4.mul(loadLanes(at(t, i), n - i, zero), loadLanes(at(p, i), n - i, zero)));
  }
  return most(p, t, n) - sumLanes(sum) + 1;
}

/** loss[s] = the mean over the positions, times their weights */
export function categoricalHingeForward(
  samples: i32, loss: usize, p: usize, t: usize, weights: usize, each: i32, rows: i32, n: i32,
): void {
  for (let s = 0; s < samples; ++s) {
    let sum: f32 = 0;
    for (let r = s * rows; r < (s + 1) * rows; ++r) {
      sum += max<f32>(margin(at(p, r * n), at(t, r * n), n), 0) * weightOf(weights, r, each);
    }
    store<f32>(at(loss, s), sum / <f32>rows);
  }
}

/** dp = ((1 - t) [is the greatest] / how many are - t) * weight / (N rows) where the loss is not 0; N the samples in the batch. */
export function categoricalHingeBackward(
  samples: i32, dp: usize, p: usize, t: usize, weights: usize, each: i32, step: usize, rows: i32, n: i32,
): void {
  const one = f32x4.splat(1);
  for (let s = 0; s < samples; ++s) {
    for (let r = s * rows; r < (s + 1) * rows; ++r) {
      const factor = weightOf(weights, r, each) / <f32>(batchSamples(step) * rows);
      const from = at(p, r * n), truth = at(t, r * n), to = at(dp, r * n);
      const scale = f32x4.splat(margin(from, truth, n) >= 0 ? factor : 0);
      const greatest = f32x4.splat(most(from, truth, n));
      let count = f32x4.splat(0);
      for (let i = 0; i < n; i += 4) {
        count = f32x4.add(count, v128.and(one, f32x4.eq(others(at(from, i), at(truth, i), n - i), greatest)));
      }
      const part = f32x4.splat(1 / sumLanes(count));
      for (let i = 0; i < n; i += 4) {
        const is = f32x4.eq(others(at(from, i), at(truth, i), n - i), greatest);
        const target = v128.load(at(truth, i));
        const pull = v128.and(f32x4.mul(f32x4.sub(one, target), part), is);
        storeLanes(at(to, i), f32x4.mul(f32x4.sub(pull, target), scale), n - i);
      }
    }
  }
}

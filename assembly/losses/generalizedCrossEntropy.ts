// (1 - p^q) / q of the probability p of the label (Zhang and Sabuncu, 2018), for `rows` positions of n classes each. `weights` holds one
// number for `each` positions in turn, or is null for ones.

import { exp4, log4 } from "../lib/math";
import { at } from "../lib/simd";
import { batchSamples } from "../lib/step";
import { weightOf } from "../lib/weights";

/** x^power; 0 for 0 and a power above 0 */
// @ts-ignore: decorator
@inline
function raise(x: f32, power: f32): f32 {
  return f32x4.extract_lane(exp4(f32x4.mul(f32x4.splat(power), log4(f32x4.splat(x)))), 0);
}

/** loss[s] = the mean over the positions, times their weights */
export function generalizedCrossEntropyForward(
  samples: i32, loss: usize, p: usize, t: usize, weights: usize, each: i32, rows: i32, n: i32, q: f32,
): void {
  for (let s = 0; s < samples; ++s) {
    let sum: f32 = 0;
    for (let r = s * rows; r < (s + 1) * rows; ++r) {
      const miss: f32 = 1 - raise(load<f32>(at(p, r * n + <i32>load<f32>(at(t, r)))), q);
      sum += miss / q * weightOf(weights, r, each);
    }
    store<f32>(at(loss, s), sum / <f32>rows);
  }
}

/** dp = -p^(q - 1) * weight / (N rows) at the label, elsewhere 0; N the samples in the batch. p counts as 1e-30 at least. */
export function generalizedCrossEntropyBackward(
  samples: i32, dp: usize, p: usize, t: usize, weights: usize, each: i32, step: usize, rows: i32, n: i32, q: f32,
): void {
  memory.fill(dp, 0, (<usize>samples * rows * n) << 2);
  for (let s = 0; s < samples; ++s) {
    for (let r = s * rows; r < (s + 1) * rows; ++r) {
      const factor = weightOf(weights, r, each) / <f32>(batchSamples(step) * rows);
      const place = r * n + <i32>load<f32>(at(t, r));
      store<f32>(at(dp, place), -raise(max<f32>(load<f32>(at(p, place)), 1e-30), q - 1) * factor);
    }
  }
}

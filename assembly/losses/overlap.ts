// How little output and target overlap: 1 - I / (I + alpha (T - I) + beta (P - I) + epsilon), I the sum of t p, T of t, P of p (Tversky;
// Dice with 1/2 and 1/2). The numbers of a sample are (outer, n, inner); the sums go over n, one for each of the outer * inner groups, or
// over the whole batch. `weights` holds `per` numbers a sample, whose mean
// counts, or is null for ones. Sums of many numbers are made in f64.

import { at, loadLanes, storeLanes } from "../lib/simd";
import { batchSamples } from "../lib/step";

/** The three sums of two rows of numbers, four at a time; which sum a number is part of depends on its place in the row alone. */
function rowSums(sums: usize, p: usize, t: usize, n: i32): void {
  const zero = f64x2.splat(0);
  let both = zero, both2 = zero, truth = zero, truth2 = zero, said = zero, said2 = zero;
  for (let i = 0; i < n; i += 4) {
    const a = loadLanes(at(p, i), n - i, zero), b = loadLanes(at(t, i), n - i, zero);
    const a0 = f64x2.promote_low_f32x4(a), a1 = f64x2.promote_low_f32x4(i64x2.shuffle(a, a, 1, 1));
    const b0 = f64x2.promote_low_f32x4(b), b1 = f64x2.promote_low_f32x4(i64x2.shuffle(b, b, 1, 1));
    both = f64x2.add(both, f64x2.mul(a0, b0));
    both2 = f64x2.add(both2, f64x2.mul(a1, b1));
    truth = f64x2.add(truth, b0);
    truth2 = f64x2.add(truth2, b1);
    said = f64x2.add(said, a0);
    said2 = f64x2.add(said2, a1);
  }
  store<f32>(sums, <f32>sumHalves(f64x2.add(both, both2)));
  store<f32>(sums, <f32>sumHalves(f64x2.add(truth, truth2)), 4);
  store<f32>(sums, <f32>sumHalves(f64x2.add(said, said2)), 8);
}

// @ts-ignore: decorator
@inline
function sumHalves(v: v128): f64 {
  return f64x2.extract_lane(v, 0) + f64x2.extract_lane(v, 1);
}

/** sums[s][group] = I, T, P */
export function overlapSums(
  samples: i32, sums: usize, p: usize, t: usize, outer: i32, n: i32, inner: i32,
): void {
  for (let o = 0; o < samples * outer; ++o) {
    if (inner == 1) {
      rowSums(at(sums, 3 * o), at(p, o * n), at(t, o * n), n);
      continue;
    }
    for (let j = 0; j < inner; ++j) {
      let both: f64 = 0, truth: f64 = 0, said: f64 = 0;
      for (let i = 0; i < n; ++i) {
        const place = (o * n + i) * inner + j;
        const a = <f64>load<f32>(at(p, place)), b = <f64>load<f32>(at(t, place));
        both += a * b;
        truth += b;
        said += a;
      }
      const to = at(sums, 3 * (o * inner + j));
      store<f32>(to, <f32>both);
      store<f32>(to, <f32>truth, 4);
      store<f32>(to, <f32>said, 8);
    }
  }
}

/** Adds up the three sums of all samples, for one group: from (rows, 3) to (3). */
export function overlapTotals(samples: i32, totals: usize, all: usize, step: usize): void {
  if (samples == 0) return;
  let both: f64 = 0, truth: f64 = 0, said: f64 = 0;
  for (let s = 0; s < batchSamples(step); ++s) {
    const from = at(all, 3 * s);
    both += load<f32>(from);
    truth += load<f32>(from, 4);
    said += load<f32>(from, 8);
  }
  store<f32>(totals, <f32>both);
  store<f32>(totals, <f32>truth, 4);
  store<f32>(totals, <f32>said, 8);
}

/** What sample s counts; 1 where weights is null. */
// @ts-ignore: decorator
@inline
function weightOf(weights: usize, s: i32, per: i32): f32 {
  if (!weights) return 1;
  let sum: f64 = 0;
  for (let i = s * per; i < (s + 1) * per; ++i) sum += load<f32>(at(weights, i));
  return <f32>(sum / per);
}

/** I + alpha (T - I) + beta (P - I) + epsilon */
// @ts-ignore: decorator
@inline
function union(sums: usize, alpha: f32, beta: f32, epsilon: f32): f32 {
  const both = load<f32>(sums);
  return both + alpha * (load<f32>(sums, 4) - both) + beta * (load<f32>(sums, 8) - both) + epsilon;
}

/** loss[s] = weight * the mean over the groups; `whole`: of the one group that all samples are */
export function overlapForward(
  samples: i32, loss: usize, sums: usize, weights: usize, per: i32, groups: i32, whole: i32,
  alpha: f32, beta: f32, epsilon: f32,
): void {
  for (let s = 0; s < samples; ++s) {
    let sum: f32 = 0;
    for (let g = 0; g < groups; ++g) {
      const from = at(sums, 3 * ((whole ? 0 : s * groups) + g));
      sum += 1 - load<f32>(from) / union(from, alpha, beta, epsilon);
    }
    store<f32>(at(loss, s), sum / <f32>groups * weightOf(weights, s, per));
  }
}

/**
 * dp of the mean over the N samples of the batch. `whole`: the weights are those of all samples, whose mean counts for each.
 * With D = I + alpha (T - I) + beta (P - I) + epsilon: -(t D - I (t (1 - alpha - beta) + beta)) / D^2.
 */
export function overlapBackward(
  samples: i32, dp: usize, t: usize, sums: usize, weights: usize, per: i32, step: usize, outer: i32, n: i32, inner: i32,
  whole: i32, alpha: f32, beta: f32, epsilon: f32,
): void {
  const batch = batchSamples(step);
  let mean: f64 = 0;
  if (whole && weights) for (let s = 0; s < batch; ++s) mean += weightOf(weights, s, per);
  const ofAll: f32 = weights ? <f32>(mean / batch) : 1;
  for (let s = 0; s < samples; ++s) {
    const weight = whole ? ofAll : weightOf(weights, s, per) / <f32>(batch * outer * inner);
    for (let o = s * outer; o < (s + 1) * outer; ++o) {
      for (let j = 0; j < inner; ++j) {
        const from = at(sums, whole ? 0 : 3 * (o * inner + j));
        const d = union(from, alpha, beta, epsilon);
        const ofTarget = -weight * (d - load<f32>(from) * (1 - alpha - beta)) / (d * d);
        const ofAny = weight * load<f32>(from) * beta / (d * d);
        if (inner == 1) {
          const slope = f32x4.splat(ofTarget), base = f32x4.splat(ofAny);
          for (let i = 0; i < n; i += 4) {
            const g = f32x4.add(f32x4.mul(v128.load(at(t, o * n + i)), slope), base);
            storeLanes(at(dp, o * n + i), g, n - i);
          }
          continue;
        }
        for (let i = 0; i < n; ++i) {
          const place = (o * n + i) * inner + j;
          store<f32>(at(dp, place), load<f32>(at(t, place)) * ofTarget + ofAny);
        }
      }
    }
  }
}

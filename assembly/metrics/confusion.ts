// What is counted of outputs that say yes or no, or name a class. `weights` holds one number a sample, or is null for ones.

import { at } from "../lib/simd";

/**
 * Four of the k numbers of a sample, from `place` on: true positives, false positives, true negatives, false negatives at this
 * threshold, times the weight. y > threshold says yes, t != 0 is true. `size` outputs a sample.
 */
export function confusionCounts(
  samples: i32, counts: usize, y: usize, t: usize, weights: usize, size: i32, threshold: f32, place: i32, k: i32,
): void {
  for (let s = 0; s < samples; ++s) {
    let both = 0, said = 0, real = 0;
    for (let i = s * size; i < (s + 1) * size; ++i) {
      const yes = load<f32>(at(y, i)) > threshold, is = load<f32>(at(t, i)) != 0;
      both += yes && is ? 1 : 0;
      said += yes ? 1 : 0;
      real += is ? 1 : 0;
    }
    const weight: f32 = weights ? load<f32>(at(weights, s)) : 1;
    const p = at(counts, s * k + place);
    store<f32>(p, weight * <f32>both);
    store<f32>(p, weight * <f32>(said - both), 4);
    store<f32>(p, weight * <f32>(size - said - real + both), 8);
    store<f32>(p, weight * <f32>(real - both), 12);
  }
}

/**
 * How the outputs spread over `buckets` parts of [0, 1], bucket 0 up to and with 1 / (buckets - 1), and so on: first the sums of t in
 * each, then those of 1 - t, times the weight. 2 buckets numbers a sample.
 */
export function confusionHistogram(
  samples: i32, sums: usize, y: usize, t: usize, weights: usize, size: i32, buckets: i32,
): void {
  memory.fill(sums, 0, (<usize>samples * 2 * buckets) << 2);
  const scale = <f32>(buckets - 1);
  for (let s = 0; s < samples; ++s) {
    const weight: f32 = weights ? load<f32>(at(weights, s)) : 1;
    const yes = at(sums, s * 2 * buckets), no = at(yes, buckets);
    for (let i = s * size; i < (s + 1) * size; ++i) {
      const p = min<f32>(max<f32>(load<f32>(at(y, i)), 0), 1);
      const bucket = max<i32>(<i32>ceil<f32>(p * scale) - 1, 0);
      const truth = load<f32>(at(t, i));
      const a = at(yes, bucket), b = at(no, bucket);
      store<f32>(a, load<f32>(a) + truth * weight);
      store<f32>(b, load<f32>(b) + (1 - truth) * weight);
    }
  }
}

// @ts-ignore: decorator
@inline
function classOf(p: usize, row: i32, n: i32): i32 {
  if (n == 0) return <i32>load<f32>(at(p, row));
  const from = at(p, row * n);
  let best = 0;
  for (let i = 1; i < n; ++i) if (load<f32>(at(from, i)) > load<f32>(at(from, best))) best = i;
  return best;
}

/**
 * matrix[t][y] += weight for each of the `rows` positions of a sample, classes * classes numbers. Of y and t each position has ny or nt
 * numbers, whose first greatest is the class; 0: one, which is the class. Positions with the label `ignore` (or no class) are left out.
 */
export function confusionMatrix(
  samples: i32, matrix: usize, y: usize, t: usize, weights: usize, rows: i32, ny: i32, nt: i32, classes: i32, ignore: i32,
): void {
  const k = classes * classes;
  memory.fill(matrix, 0, (<usize>samples * k) << 2);
  for (let s = 0; s < samples; ++s) {
    const weight: f32 = weights ? load<f32>(at(weights, s)) : 1;
    for (let r = s * rows; r < (s + 1) * rows; ++r) {
      const truth = classOf(t, r, nt), said = classOf(y, r, ny);
      if (truth == ignore || <u32>truth >= <u32>classes || <u32>said >= <u32>classes) continue;
      const p = at(matrix, s * k + truth * classes + said);
      store<f32>(p, load<f32>(p) + weight);
    }
  }
}

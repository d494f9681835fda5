// What is counted of outputs that say yes or no, or name a class. `weights` holds one number for
// some numbers or positions in turn, or is null for ones.

import { at } from "../lib/simd";
import { weightOf } from "../lib/weights";

/**
 * Four of the k numbers of a sample, from `place` on: true positives, false positives, true negatives, false negatives at this
 * threshold, times the weights. y > threshold says yes, t != 0 is true. A sample has `rows` positions of n outputs each.
 */
export function confusionCounts(
  samples: i32, counts: usize, y: usize, t: usize, weights: usize, rows: i32, n: i32, threshold: f32, place: i32, k: i32,
): void {
  for (let s = 0; s < samples; ++s) {
    let rightly: f32 = 0, wrongly: f32 = 0, neither: f32 = 0, missed: f32 = 0;
    for (let r = s * rows; r < (s + 1) * rows; ++r) {
      let both = 0, said = 0, real = 0;
      for (let i = r * n; i < (r + 1) * n; ++i) {
        const yes = load<f32>(at(y, i)) > threshold, is = load<f32>(at(t, i)) != 0;
        both += yes && is ? 1 : 0;
        said += yes ? 1 : 0;
        real += is ? 1 : 0;
      }
      const weight = weightOf(weights, r, 1);
      rightly += weight * <f32>both;
      wrongly += weight * <f32>(said - both);
      neither += weight * <f32>(n - said - real + both);
      missed += weight * <f32>(real - both);
    }
    const p = at(counts, s * k + place);
    store<f32>(p, rightly);
    store<f32>(p, wrongly, 4);
    store<f32>(p, neither, 8);
    store<f32>(p, missed, 12);
  }
}

/**
 * How the outputs spread over [0, 1], by parts of length 1 / scale that have their upper end, less `first` parts at the lower end, which
 * count with the one after them: first the sums of t in each of the `buckets` parts, then those of 1 - t, times the weights. This for
 * each of n labels, of which a sample's `size` outputs are one after the other: 2 buckets n numbers a sample. `each` outputs have one weight.
 */
export function confusionHistogram(
  samples: i32, sums: usize, y: usize, t: usize, weights: usize, size: i32, each: i32, n: i32, buckets: i32, scale: f32,
  first: i32,
): void {
  const k = 2 * buckets * n;
  memory.fill(sums, 0, (<usize>samples * k) << 2);
  for (let s = 0; s < samples; ++s) {
    for (let i = 0; i < size; ++i) {
      const weight = weightOf(weights, s * size + i, each);
      const p = min<f32>(max<f32>(load<f32>(at(y, s * size + i)), 0), 1);
      const bucket = max<i32>(<i32>ceil<f32>(p * scale) - first, 0);
      const truth = load<f32>(at(t, s * size + i));
      const a = at(sums, s * k + 2 * buckets * (i % n) + bucket), b = at(a, buckets);
      store<f32>(a, load<f32>(a) + truth * weight);
      store<f32>(b, load<f32>(b) + (1 - truth) * weight);
    }
  }
}

/** to[r] = from[r, column]: one of the n columns of `rows` positions a sample. */
export function confusionColumn(samples: i32, to: usize, from: usize, rows: i32, n: i32, column: i32): void {
  for (let r = 0; r < samples * rows; ++r) store<f32>(at(to, r), load<f32>(at(from, r * n + column)));
}

/** The k greatest of the n numbers of each position as they are, of equal ones the first; `other` in the place of the others. */
export function confusionTopK(samples: i32, to: usize, from: usize, rows: i32, n: i32, k: i32, other: f32): void {
  for (let r = 0; r < samples * rows; ++r) {
    const row = at(from, r * n);
    for (let i = 0; i < n; ++i) {
      const value = load<f32>(at(row, i));
      let before = 0;
      for (let j = 0; j < n; ++j) {
        const one = load<f32>(at(row, j));
        before += one > value || (one == value && j < i) ? 1 : 0;
      }
      store<f32>(at(to, r * n + i), before < k ? value : other);
    }
  }
}

/**
 * For each of n classes t where the output says yes, yes where t is not, t where it does not, and t: first all of the first kind; 4 n
 * numbers a sample, times the weight. Yes is above the threshold; where that is NaN the greatest numbers that are not 0 say yes.
 */
export function confusionByClass(
  samples: i32, sums: usize, y: usize, t: usize, weights: usize, n: i32, threshold: f32,
): void {
  for (let s = 0; s < samples; ++s) {
    const weight: f32 = weights ? load<f32>(at(weights, s)) : 1;
    let greatest: f32 = -Infinity;
    for (let i = 0; i < n; ++i) greatest = max<f32>(greatest, load<f32>(at(y, s * n + i)));
    for (let i = 0; i < n; ++i) {
      const value = load<f32>(at(y, s * n + i)), truth = load<f32>(at(t, s * n + i)) * weight;
      const yes = threshold == threshold ? value > threshold : value == greatest && abs<f32>(value) > 1e-9;
      const to = at(sums, s * 4 * n + i);
      store<f32>(to, yes ? truth : 0);
      store<f32>(at(to, n), yes ? weight - truth : 0);
      store<f32>(at(to, 2 * n), yes ? 0 : truth);
      store<f32>(at(to, 3 * n), truth);
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
 * numbers, whose first greatest is the class; 0: one, which is the class. Positions with the label `ignore` (or no class) are left out. `each`
 * positions have one weight.
 */
export function confusionMatrix(
  samples: i32, matrix: usize, y: usize, t: usize, weights: usize, rows: i32, each: i32, ny: i32, nt: i32, classes: i32,
  ignore: i32,
): void {
  const k = classes * classes;
  memory.fill(matrix, 0, (<usize>samples * k) << 2);
  for (let s = 0; s < samples; ++s) {
    for (let r = s * rows; r < (s + 1) * rows; ++r) {
      const weight = weightOf(weights, r, each);
      const truth = classOf(t, r, nt), said = classOf(y, r, ny);
      if (truth == ignore || <u32>truth >= <u32>classes || <u32>said >= <u32>classes) continue;
      const p = at(matrix, s * k + truth * classes + said);
      store<f32>(p, load<f32>(p) + weight);
    }
  }
}

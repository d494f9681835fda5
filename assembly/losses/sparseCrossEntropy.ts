// Cross-entropy with the index of the class as target, as f32: one for each of the `rows` positions of a sample, n classes.
// Positions with the label `ignore` (NaN: none) count for nothing: the mean is over the others of the whole batch, whose labels are
// `all`, or with `allWeights`, those of the whole batch, over their weights; where `all` is null over all positions. `weights` holds one number for `each` positions in turn, or is null for ones.

import { exp4, log1 } from "../lib/math";
import { at, laneMask, loadLanes, maxLanes, storeLanes, sumLanes } from "../lib/simd";
import { batchSamples } from "../lib/step";
import { weightOf } from "../lib/weights";

// @ts-ignore: decorator
@inline
const EPSILON: f32 = 1e-7;

// @ts-ignore: decorator
@inline
function clip(p: v128): v128 {
  return f32x4.min(f32x4.max(p, f32x4.splat(EPSILON)), f32x4.splat(1 - EPSILON));
}

/** The share of a position in the mean over the batch, times the samples of the batch. */
function share(all: usize, allWeights: usize, each: i32, step: usize, rows: i32, ignore: f32): f32 {
  if (!all) return 1 / <f32>rows;
  const samples = batchSamples(step);
  let valid: f64 = 0;
  for (let i = 0; i < samples * rows; ++i) if (load<f32>(at(all, i)) != ignore) valid += weightOf(allWeights, i, each);
  return valid != 0 ? <f32>samples / <f32>valid : 0;
}

/** log sum exp z, and -z[label] beside it; where `probabilities` are given their clipped logarithms stand for z. */
// @ts-ignore: decorator
@inline
function entropy(x: usize, label: i32, n: i32, probabilities: i32): f32 {
  const none = f32x4.splat(-Infinity);
  let sum = f32x4.splat(0);
  if (probabilities) {
    for (let i = 0; i < n; i += 4) sum = f32x4.add(sum, v128.and(clip(v128.load(at(x, i))), laneMask(n - i)));
    const q = f32x4.extract_lane(clip(v128.load32_splat(at(x, label))), 0);
    return log1(sumLanes(sum)) - log1(q);
  }
  let most = none;
  for (let i = 0; i < n; i += 4) most = f32x4.max(most, loadLanes(at(x, i), n - i, none));
  const shift = maxLanes(most);
  for (let i = 0; i < n; i += 4) {
    sum = f32x4.add(sum, exp4(f32x4.sub(loadLanes(at(x, i), n - i, none), f32x4.splat(shift))));
  }
  return log1(sumLanes(sum)) - (load<f32>(at(x, label)) - shift);
}

/** loss[s] = the mean over the positions of weight * -log p[label]; x are logits, or probabilities */
export function sparseCrossEntropyForward(
  samples: i32, loss: usize, x: usize, t: usize, all: usize, weights: usize, allWeights: usize, each: i32,
  step: usize, rows: i32, n: i32, ignore: f32, probabilities: i32,
): void {
  const part = share(all, allWeights, each, step, rows, ignore);
  for (let s = 0; s < samples; ++s) {
    let sum: f32 = 0;
    for (let r = 0; r < rows; ++r) {
      const label = load<f32>(at(t, s * rows + r));
      if (label == ignore) continue;
      const weight = weightOf(weights, s * rows + r, each);
      sum += entropy(at(x, (s * rows + r) * n), <i32>label, n, probabilities) * weight;
    }
    store<f32>(at(loss, s), sum * part);
  }
}

/** dz = (y - [label]) * share * weight / N with y the softmax of the logits, or of the probabilities y themselves dy. */
export function sparseCrossEntropyBackward(
  samples: i32, dx: usize, y: usize, t: usize, all: usize, weights: usize, allWeights: usize, each: i32,
  step: usize, rows: i32, n: i32, ignore: f32, probabilities: i32,
): void {
  const part = share(all, allWeights, each, step, rows, ignore) / <f32>batchSamples(step);
  for (let s = 0; s < samples; ++s) {
    for (let r = 0; r < rows; ++r) {
      const row = s * rows + r;
      const weight = part * weightOf(weights, row, each);
      const label = load<f32>(at(t, row));
      const factor = f32x4.splat(label != ignore ? weight : 0);
      const p = at(y, row * n), d = at(dx, row * n);
      let inverse = f32x4.splat(0);
      if (probabilities) {
        let sum = inverse;
        for (let i = 0; i < n; i += 4) sum = f32x4.add(sum, v128.and(clip(v128.load(at(p, i))), laneMask(n - i)));
        inverse = f32x4.splat(1 / sumLanes(sum));
      }
      for (let i = 0; i < n; i += 4) {
        const v = v128.load(at(p, i));
        const is = f32x4.eq(f32x4.add(f32x4.splat(<f32>i), f32x4(0, 1, 2, 3)), f32x4.splat(label));
        const one = v128.and(f32x4.splat(1), is);
        let slope: v128;
        if (probabilities) {
          const q = clip(v);
          slope = v128.and(f32x4.sub(inverse, f32x4.div(one, q)), f32x4.eq(q, v));
        } else slope = f32x4.sub(v, one);
        storeLanes(d + ((<usize>i) << 2), f32x4.mul(slope, factor), n - i);
      }
    }
  }
}

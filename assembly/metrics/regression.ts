// How near numbers are to their targets. `weights` holds one number for
// some positions in turn, or is null for ones. Sums of many numbers are made in f64.

import { at } from "../lib/simd";
import { weightOf } from "../lib/weights";

/** sums[s] = scale * the sum of the numbers of y, n for each of the `rows` positions, times their weights */
export function regressionSum(
  samples: i32, sums: usize, y: usize, weights: usize, rows: i32, n: i32, scale: f32,
): void {
  for (let s = 0; s < samples; ++s) {
    let total: f32 = 0;
    for (let r = s * rows; r < (s + 1) * rows; ++r) {
      let sum: f64 = 0;
      for (let i = r * n; i < (r + 1) * n; ++i) sum += load<f32>(at(y, i));
      total += <f32>sum * scale * weightOf(weights, r, 1);
    }
    store<f32>(at(sums, s), total);
  }
}

/** 1, then the sample's weight w, and for each of n outputs w t, w t^2 and w (t - y)^2, first all of the first kind: 2 + 3 n numbers a sample. */
export function regressionMoments(samples: i32, sums: usize, y: usize, t: usize, weights: usize, n: i32): void {
  for (let s = 0; s < samples; ++s) {
    const weight: f32 = weights ? load<f32>(at(weights, s)) : 1;
    const to = at(sums, s * (2 + 3 * n));
    store<f32>(to, 1);
    store<f32>(to, weight, 4);
    for (let i = 0; i < n; ++i) {
      const truth = load<f32>(at(t, s * n + i)), error = truth - load<f32>(at(y, s * n + i));
      store<f32>(at(to, 2 + i), weight * truth);
      store<f32>(at(to, 2 + n + i), weight * truth * truth);
      store<f32>(at(to, 2 + 2 * n + i), weight * error * error);
    }
  }
}

/**
 * The mean over the `rows` positions of the correlation of their n outputs and targets, times the weights: Pearson's, or else (concordance)
 * Lin's as Keras has it: twice the mean of (t - mean y) (y - mean y), divided by both variances, the square of the distance of the means
 * and 1e-7.
 */
export function regressionCorrelation(
  samples: i32, values: usize, y: usize, t: usize, weights: usize, each: i32, rows: i32, n: i32, concordance: i32,
): void {
  for (let s = 0; s < samples; ++s) {
    let sum: f64 = 0;
    for (let r = s * rows; r < (s + 1) * rows; ++r) {
      const a = at(y, r * n), b = at(t, r * n);
      let ofY: f64 = 0, ofT: f64 = 0;
      for (let i = 0; i < n; ++i) {
        ofY += load<f32>(at(a, i));
        ofT += load<f32>(at(b, i));
      }
      ofY /= n;
      ofT /= n;
      let yy: f64 = 0, tt: f64 = 0, ty: f64 = 0;
      for (let i = 0; i < n; ++i) {
        const u = <f64>load<f32>(at(a, i)) - ofY, v = <f64>load<f32>(at(b, i)) - ofT;
        yy += u * u;
        tt += v * v;
        ty += u * v;
      }
      // As sum u = 0, the sum of (t - mean y) u is that of (t - mean t) u.
      const apart = ofT - ofY;
      const weight = weightOf(weights, r, each);
      sum += weight * (concordance ? 2 * ty / n / (yy / n + tt / n + apart * apart + 1e-7) : ty / sqrt<f64>(yy * tt));
    }
    store<f32>(at(values, s), <f32>(sum / rows));
  }
}

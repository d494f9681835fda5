// Batch normalisation at inference as part of the layer before it: y = gamma (z - mean) / sqrt(variance + epsilon) + beta, z = x w + b,
// is x (w scale) + (b - mean) scale + beta.

import { at, storeLanes } from "../lib/simd";

/** scale = gamma / sqrt(variance + epsilon), n numbers; gamma may be null: ones. */
export function foldNormalizationScale(scale: usize, gamma: usize, variance: usize, n: i32, epsilon: f32): void {
  for (let i = 0; i < n; i += 4) {
    const root = f32x4.sqrt(f32x4.add(v128.load(at(variance, i)), f32x4.splat(epsilon)));
    const one = gamma ? v128.load(at(gamma, i)) : f32x4.splat(1);
    storeLanes(at(scale, i), f32x4.div(one, root), n - i);
  }
}

/** folded = w scale; w is (rows, n). */
export function foldNormalizationKernel(folded: usize, w: usize, scale: usize, rows: i32, n: i32): void {
  for (let r = 0; r < rows; ++r) {
    for (let i = 0; i < n; i += 4) {
      const p = r * n + i;
      storeLanes(at(folded, p), f32x4.mul(v128.load(at(w, p)), v128.load(at(scale, i))), n - i);
    }
  }
}

/** folded = (bias - mean) scale + beta; bias and beta may be null: zeros. */
export function foldNormalizationBias(
  folded: usize, bias: usize, beta: usize, mean: usize, scale: usize, n: i32,
): void {
  const zero = f32x4.splat(0);
  for (let i = 0; i < n; i += 4) {
    const centred = f32x4.sub(bias ? v128.load(at(bias, i)) : zero, v128.load(at(mean, i)));
    const scaled = f32x4.mul(centred, v128.load(at(scale, i)));
    storeLanes(at(folded, i), f32x4.add(scaled, beta ? v128.load(at(beta, i)) : zero), n - i);
  }
}

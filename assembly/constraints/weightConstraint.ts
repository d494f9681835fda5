// What weights are brought to after a step.

import { at, storeLanes } from "../lib/simd";

/** w = max(w, 0) */
export function weightConstraintNonNeg(w: usize, size: i32): void {
  const zero = f32x4.splat(0);
  for (let i = 0; i < size; i += 4) storeLanes(at(w, i), f32x4.max(v128.load(at(w, i)), zero), size - i);
}

/**
 * Brings norms between `least` and `most`: w *= (rate clip(norm) + (1 - rate) norm) / (1e-7 + norm). w is (k0, r0, k1, r1, k2); the norm
 * is over the axes r0 and r1.
 */
export function weightConstraintNorm(
  w: usize, k0: i32, r0: i32, k1: i32, r1: i32, k2: i32, least: f32, most: f32, rate: f32,
): void {
  const stepR1 = (<usize>k2) << 2, stepK1 = <usize>r1 * stepR1, stepR0 = <usize>k1 * stepK1, stepK0 = <usize>r0 * stepR0;
  for (let i = 0; i < k0; ++i) {
    for (let j = 0; j < k1; ++j) {
      for (let c = 0; c < k2; c += 4) {
        const first = w + <usize>i * stepK0 + <usize>j * stepK1 + ((<usize>c) << 2);
        let sum = f32x4.splat(0);
        for (let a = 0; a < r0; ++a) {
          for (let b = 0; b < r1; ++b) {
            const v = v128.load(first + <usize>a * stepR0 + <usize>b * stepR1);
            sum = f32x4.add(sum, f32x4.mul(v, v));
          }
        }
        const norm = f32x4.sqrt(sum);
        const within = f32x4.min(f32x4.max(norm, f32x4.splat(least)), f32x4.splat(most));
        const wanted = f32x4.add(f32x4.mul(within, f32x4.splat(rate)), f32x4.mul(norm, f32x4.splat(1 - rate)));
        const factor = f32x4.div(wanted, f32x4.add(norm, f32x4.splat(1e-7)));
        for (let a = 0; a < r0; ++a) {
          for (let b = 0; b < r1; ++b) {
            const p = first + <usize>a * stepR0 + <usize>b * stepR1;
            storeLanes(p, f32x4.mul(v128.load(p), factor), k2 - c);
          }
        }
      }
    }
  }
}

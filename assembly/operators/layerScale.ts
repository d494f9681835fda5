// A learnt factor for each index of the last axis: x, y (samples * rows, n), gamma (n).

import { at, madd, storeLanes } from "../lib/simd";

/** y[r,c] = x[r,c] gamma[c]; its own backward pass. */
export function layerScaleForward(samples: i32, y: usize, x: usize, gamma: usize, rows: i32, n: i32): void {
  for (let r = 0; r < samples * rows; ++r) {
    for (let c = 0; c < n; c += 4) {
      storeLanes(at(y, c), f32x4.mul(v128.load(at(x, c)), v128.load(at(gamma, c))), n - c);
    }
    x = at(x, n);
    y = at(y, n);
  }
}

/** dgamma[c] += sum over r of dy[r,c] x[r,c] */
export function layerScaleBackwardGammaAdd(
  samples: i32, dgamma: usize, dy: usize, x: usize, rows: i32, n: i32,
): void {
  const stride = (<usize>n) << 2;
  for (let c = 0; c < n; c += 8) {
    let s0 = f32x4.splat(0), s1 = s0, p = at(x, c), d = at(dy, c);
    for (let r = 0; r < samples * rows; ++r, p += stride, d += stride) {
      s0 = madd(v128.load(d), v128.load(p), s0);
      s1 = madd(v128.load(d, 16), v128.load(p, 16), s1);
    }
    const q = at(dgamma, c);
    storeLanes(q, f32x4.add(v128.load(q), s0), n - c);
    storeLanes(q + 16, f32x4.add(v128.load(q, 16), s1), n - c - 4);
  }
}

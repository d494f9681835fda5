// Softmax over an axis that is not the last: x is (samples * outer, n, inner), the sums go over n.

import { exp4 } from "../lib/math";
import { at, storeLanes } from "../lib/simd";

/** y[o,j,i] = e^(x[o,j,i] - m) / sum over k of e^(x[o,k,i] - m), m the greatest x[o,k,i] */
export function softmaxAxisForward(samples: i32, y: usize, x: usize, outer: i32, n: i32, inner: i32): void {
  for (let o = 0; o < samples * outer; ++o) {
    for (let i = 0; i < inner; i += 4) {
      let most = f32x4.splat(-Infinity), sum = f32x4.splat(0);
      for (let j = 0; j < n; ++j) most = f32x4.max(most, v128.load(at(x, j * inner + i)));
      for (let j = 0; j < n; ++j) {
        const e = exp4(f32x4.sub(v128.load(at(x, j * inner + i)), most));
        sum = f32x4.add(sum, e);
        storeLanes(at(y, j * inner + i), e, inner - i);
      }
      for (let j = 0; j < n; ++j) {
        const p = at(y, j * inner + i);
        storeLanes(p, f32x4.div(v128.load(p), sum), inner - i);
      }
    }
    x = at(x, n * inner);
    y = at(y, n * inner);
  }
}

/** dx[o,j,i] = y[o,j,i] (dy[o,j,i] - sum over k of dy[o,k,i] y[o,k,i]) */
export function softmaxAxisBackward(
  samples: i32, dx: usize, dy: usize, y: usize, outer: i32, n: i32, inner: i32,
): void {
  for (let o = 0; o < samples * outer; ++o) {
    for (let i = 0; i < inner; i += 4) {
      let dot = f32x4.splat(0);
      for (let j = 0; j < n; ++j) {
        const k = j * inner + i;
        dot = f32x4.add(dot, f32x4.mul(v128.load(at(dy, k)), v128.load(at(y, k))));
      }
      for (let j = 0; j < n; ++j) {
        const k = j * inner + i;
        const d = f32x4.mul(v128.load(at(y, k)), f32x4.sub(v128.load(at(dy, k)), dot));
        storeLanes(at(dx, k), d, inner - i);
      }
    }
    dx = at(dx, n * inner);
    dy = at(dy, n * inner);
    y = at(y, n * inner);
  }
}

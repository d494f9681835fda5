// Division by the Euclidean norm along one axis, as Keras: x is (samples * outer, n, inner), the norms go over n. A norm below
// 1e-7 counts as 1e-7.

import { at } from "../lib/simd";

// @ts-ignore: decorator
@inline
const MOST: f32 = 1e7;

/** min(1 / |v|, 1e7), v the n elements at p, `inner` apart */
// @ts-ignore: decorator
@inline
function inverseNorm(p: usize, n: i32, inner: i32): f32 {
  let sum: f32 = 0;
  for (let j = 0; j < n; ++j) {
    const v = load<f32>(at(p, j * inner));
    sum += v * v;
  }
  return min<f32>(1 / sqrt<f32>(sum), MOST);
}

/** y = x min(1 / |x|, 1e7) */
export function l2NormalizeForward(samples: i32, y: usize, x: usize, outer: i32, n: i32, inner: i32): void {
  for (let o = 0; o < samples * outer; ++o) {
    for (let i = 0; i < inner; ++i) {
      const first = o * n * inner + i, r = inverseNorm(at(x, first), n, inner);
      for (let j = 0; j < n; ++j) store<f32>(at(y, first + j * inner), load<f32>(at(x, first + j * inner)) * r);
    }
  }
}

/** dx = r (dy - y sum(dy y)), r = min(1 / |x|, 1e7); r dy where the norm is too small */
export function l2NormalizeBackward(
  samples: i32, dx: usize, dy: usize, y: usize, x: usize, outer: i32, n: i32, inner: i32,
): void {
  for (let o = 0; o < samples * outer; ++o) {
    for (let i = 0; i < inner; ++i) {
      const first = o * n * inner + i, r = inverseNorm(at(x, first), n, inner);
      let dot: f32 = 0;
      if (r < MOST) {
        for (let j = 0; j < n; ++j) dot += load<f32>(at(dy, first + j * inner)) * load<f32>(at(y, first + j * inner));
      }
      for (let j = 0; j < n; ++j) {
        const k = first + j * inner;
        store<f32>(at(dx, k), r * (load<f32>(at(dy, k)) - load<f32>(at(y, k)) * dot));
      }
    }
  }
}

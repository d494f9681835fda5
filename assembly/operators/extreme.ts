// The greatest (sign 1) or least (sign -1) along some axes: x is (samples * outer, n, inner), y (samples * outer, inner).

import { at, storeLanes } from "../lib/simd";

/** y[o,i] = sign max over k of sign x[o,k,i]; NaN if one is NaN. */
export function extremeForward(
  samples: i32, y: usize, x: usize, outer: i32, n: i32, inner: i32, sign: f32,
): void {
  const signs = f32x4.splat(sign);
  for (let o = 0; o < samples * outer; ++o) {
    if (inner == 1) {
      store<f32>(y, sign * greatest(x, n, signs));
    } else {
      for (let i = 0; i < inner; i += 4) {
        let most = f32x4.splat(-Infinity);
        for (let k = 0; k < n; ++k) most = f32x4.max(most, f32x4.mul(signs, v128.load(at(x, k * inner + i))));
        storeLanes(at(y, i), f32x4.mul(signs, most), inner - i);
      }
    }
    x = at(x, n * inner);
    y = at(y, inner);
  }
}

function greatest(x: usize, n: i32, signs: v128): f32 {
  const least = f32x4.splat(-Infinity);
  let most = least, k = 0;
  for (; k + 4 <= n; k += 4) most = f32x4.max(most, f32x4.mul(signs, v128.load(at(x, k))));
  for (; k < n; ++k) most = f32x4.max(most, f32x4.mul(signs, v128.load32_splat(at(x, k))));
  most = f32x4.max(most, i32x4.shuffle(most, most, 2, 3, 0, 1));
  return f32x4.extract_lane(f32x4.max(most, i32x4.shuffle(most, most, 1, 0, 3, 2)), 0);
}

/** dx[o,k,i] = dy[o,i] / (how many are y[o,i]) where x[o,k,i] is, else 0: as Keras, equals share. */
export function extremeBackward(
  samples: i32, dx: usize, dy: usize, x: usize, y: usize, outer: i32, n: i32, inner: i32,
): void {
  for (let o = 0; o < samples * outer; ++o) {
    for (let i = 0; i < inner; ++i) {
      const most = load<f32>(at(y, i));
      let count = 0;
      for (let k = 0; k < n; ++k) count += i32(load<f32>(at(x, k * inner + i)) == most);
      const share = load<f32>(at(dy, i)) / <f32>count;
      for (let k = 0; k < n; ++k) {
        const index = k * inner + i;
        store<f32>(at(dx, index), load<f32>(at(x, index)) == most ? share : 0);
      }
    }
    x = at(x, n * inner);
    dx = at(dx, n * inner);
    y = at(y, inner);
    dy = at(dy, inner);
  }
}

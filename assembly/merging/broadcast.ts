// Repeats along one axis: x is (samples * outer, inner), y (samples * outer, repeat, inner).

import { at, sumLanes, loadLanes, storeLanes } from "../lib/simd";

/** y[o,k,i] = x[o,i] */
export function broadcastForward(samples: i32, y: usize, x: usize, outer: i32, repeat: i32, inner: i32): void {
  for (let o = 0; o < samples * outer; ++o) {
    if (inner == 1) {
      const v = v128.load32_splat(x);
      for (let k = 0; k < repeat; k += 4) storeLanes(at(y, k), v, repeat - k);
      y = at(y, repeat);
    } else {
      for (let k = 0; k < repeat; ++k) {
        for (let i = 0; i < inner; i += 4) storeLanes(at(y, i), v128.load(at(x, i)), inner - i);
        y = at(y, inner);
      }
    }
    x = at(x, inner);
  }
}

/** dx[o,i] = sum over k of dy[o,k,i] */
export function broadcastBackward(samples: i32, dx: usize, dy: usize, outer: i32, repeat: i32, inner: i32): void {
  const zero = f32x4.splat(0);
  for (let o = 0; o < samples * outer; ++o) {
    if (inner == 1) {
      let sum = zero;
      for (let k = 0; k < repeat; k += 4) sum = f32x4.add(sum, loadLanes(at(dy, k), repeat - k, zero));
      store<f32>(dx, sumLanes(sum));
    } else {
      for (let i = 0; i < inner; i += 4) {
        let sum = zero;
        for (let k = 0; k < repeat; ++k) sum = f32x4.add(sum, v128.load(at(dy, k * inner + i)));
        storeLanes(at(dx, i), sum, inner - i);
      }
    }
    dy = at(dy, repeat * inner);
    dx = at(dx, inner);
  }
}

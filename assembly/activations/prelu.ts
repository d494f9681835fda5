// A slope of its own for each element, or for all elements along some axes in a row: x is (samples, outer, repeat, inner), alpha
// (outer, inner).

import { at, storeLanes } from "../lib/simd";

/** y = x where x > 0, else alpha x */
export function preluForward(
  samples: i32, y: usize, x: usize, alpha: usize, outer: i32, repeat: i32, inner: i32,
): void {
  for (let n = 0; n < samples; ++n) {
    for (let o = 0; o < outer; ++o) {
      const slopes = at(alpha, o * inner);
      for (let k = 0; k < repeat; ++k) {
        for (let i = 0; i < inner; i += 4) {
          const v = v128.load(at(x, i)), below = f32x4.mul(v, v128.load(at(slopes, i)));
          storeLanes(at(y, i), v128.bitselect(v, below, f32x4.gt(v, f32x4.splat(0))), inner - i);
        }
        x = at(x, inner);
        y = at(y, inner);
      }
    }
  }
}

/** dx = dy where x > 0, else alpha dy; 0 at 0, as in Keras */
export function preluBackward(
  samples: i32, dx: usize, dy: usize, x: usize, alpha: usize, outer: i32, repeat: i32, inner: i32,
): void {
  const zero = f32x4.splat(0);
  for (let n = 0; n < samples; ++n) {
    for (let o = 0; o < outer; ++o) {
      const slopes = at(alpha, o * inner);
      for (let k = 0; k < repeat; ++k) {
        for (let i = 0; i < inner; i += 4) {
          const v = v128.load(at(x, i)), d = v128.load(at(dy, i));
          const below = v128.and(f32x4.mul(d, v128.load(at(slopes, i))), f32x4.lt(v, zero));
          storeLanes(at(dx, i), v128.bitselect(d, below, f32x4.gt(v, zero)), inner - i);
        }
        x = at(x, inner);
        dx = at(dx, inner);
        dy = at(dy, inner);
      }
    }
  }
}

/** dalpha += sum over samples and repetitions of dy min(x, 0) */
export function preluBackwardAlphaAdd(
  samples: i32, dalpha: usize, dy: usize, x: usize, outer: i32, repeat: i32, inner: i32,
): void {
  for (let n = 0; n < samples; ++n) {
    for (let o = 0; o < outer; ++o) {
      const sums = at(dalpha, o * inner);
      for (let i = 0; i < inner; i += 4) {
        let sum = v128.load(at(sums, i));
        for (let k = 0; k < repeat; ++k) {
          const below = f32x4.min(v128.load(at(x, k * inner + i)), f32x4.splat(0));
          sum = f32x4.add(sum, f32x4.mul(v128.load(at(dy, k * inner + i)), below));
        }
        storeLanes(at(sums, i), sum, inner - i);
      }
      x = at(x, repeat * inner);
      dy = at(dy, repeat * inner);
    }
  }
}

// tanh(ln(1 + e)) = n / (n + r) with n = e (e + 2), r = 2; above x = 0 both times w^2, w = 1 / e, so that nothing overflows.

import { backward, forward } from "../lib/elementwise";
import { exp4, sigmoid4 } from "../lib/math";

/** n, of w = e^-|x| */
// @ts-ignore: decorator
@inline
function numerator(x: v128, w: v128): v128 {
  const two = f32x4.splat(2), above = f32x4.add(f32x4.splat(1), f32x4.mul(two, w));
  return v128.bitselect(above, f32x4.mul(w, f32x4.add(w, two)), f32x4.gt(x, f32x4.splat(0)));
}

/** r, of w = e^-|x| */
// @ts-ignore: decorator
@inline
function rest(x: v128, w: v128): v128 {
  const two = f32x4.splat(2);
  return v128.bitselect(f32x4.mul(two, f32x4.mul(w, w)), two, f32x4.gt(x, f32x4.splat(0)));
}

@unmanaged
class Mish {
  // @ts-ignore: decorator
  @inline
  value(x: v128, a: v128, b: v128, c: v128): v128 {
    const w = exp4(f32x4.neg(f32x4.abs(x)));
    const n = numerator(x, w);
    return f32x4.mul(x, f32x4.div(n, f32x4.add(n, rest(x, w))));
  }

  // @ts-ignore: decorator
  @inline
  slope(x: v128, a: v128, b: v128, c: v128): v128 {
    const one = f32x4.splat(1), w = exp4(f32x4.neg(f32x4.abs(x)));
    const n = numerator(x, w), r = rest(x, w), d = f32x4.add(n, r);
    const t = f32x4.div(n, d);
    // 1 - t^2 = (1 - t) (1 + t)
    const bend = f32x4.mul(f32x4.div(r, d), f32x4.add(one, t));
    return f32x4.add(t, f32x4.mul(f32x4.mul(x, bend), sigmoid4(x)));
  }
}

/** y = x t, t = tanh(ln(1 + e^x)) */
export function mishForward(samples: i32, y: usize, x: usize, size: i32): void {
  forward<Mish>(samples * size, y, x);
}

/** dx = dy (t + x (1 - t^2) / (1 + e^-x)) */
export function mishBackward(samples: i32, dx: usize, dy: usize, x: usize, size: i32): void {
  backward<Mish>(samples * size, dx, dy, x);
}

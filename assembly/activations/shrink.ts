// hard_shrink (shift 0) and soft_shrink (shift = threshold).

import { backward, forward } from "../lib/elementwise";

@unmanaged
class Shrink {
  // @ts-ignore: decorator
  @inline
  value(x: v128, a: v128, b: v128, c: v128): v128 {
    const sign = v128.and(x, i32x4.splat(0x80000000));
    return v128.and(f32x4.sub(x, v128.or(b, sign)), f32x4.gt(f32x4.abs(x), a));
  }

  // @ts-ignore: decorator
  @inline
  slope(x: v128, a: v128, b: v128, c: v128): v128 {
    return v128.and(f32x4.splat(1), f32x4.gt(f32x4.abs(x), a));
  }
}

/** y = x - shift sign(x) where |x| > threshold, else 0 */
export function shrinkForward(samples: i32, y: usize, x: usize, size: i32, threshold: f32, shift: f32): void {
  forward<Shrink>(samples * size, y, x, threshold, shift);
}

/** dx = dy where |x| > threshold, else 0 */
export function shrinkBackward(samples: i32, dx: usize, dy: usize, x: usize, size: i32, threshold: f32, shift: f32): void {
  backward<Shrink>(samples * size, dx, dy, x, threshold, shift);
}

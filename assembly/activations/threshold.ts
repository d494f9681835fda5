import { backward, forward } from "../lib/elementwise";

@unmanaged
class Threshold {
  // @ts-ignore: decorator
  @inline
  value(x: v128, a: v128, b: v128, c: v128): v128 {
    return v128.bitselect(f32x4.pmin(c, x), b, f32x4.gt(x, a));
  }

  // @ts-ignore: decorator
  @inline
  slope(x: v128, a: v128, b: v128, c: v128): v128 {
    return v128.and(f32x4.splat(1), v128.and(f32x4.gt(x, a), f32x4.lt(x, c)));
  }
}

/** y = min(x, most) where x > threshold, else value */
export function thresholdForward(samples: i32, y: usize, x: usize, size: i32, threshold: f32, value: f32, most: f32): void {
  forward<Threshold>(samples * size, y, x, threshold, value, most);
}

/** dx = dy where threshold < x < most, else 0 */
export function thresholdBackward(samples: i32, dx: usize, dy: usize, x: usize, size: i32, threshold: f32, value: f32, most: f32): void {
  backward<Threshold>(samples * size, dx, dy, x, threshold, value, most);
}

import { backward, forward } from "../lib/elementwise";

@unmanaged
class LeakyRelu {
  // @ts-ignore: decorator
  @inline
  value(x: v128, a: v128, b: v128, c: v128): v128 {
    const above = f32x4.pmin(c, x), below = f32x4.mul(a, f32x4.sub(x, b));
    return v128.bitselect(above, below, f32x4.gt(x, b));
  }

  // @ts-ignore: decorator
  @inline
  slope(x: v128, a: v128, b: v128, c: v128): v128 {
    const above = v128.and(f32x4.splat(1), f32x4.lt(x, c));
    return v128.bitselect(above, a, f32x4.gt(x, b));
  }
}

/** y = min(x, most) where x > threshold, else slope (x - threshold) */
export function leakyReluForward(samples: i32, y: usize, x: usize, size: i32, slope: f32, threshold: f32, most: f32): void {
  forward<LeakyRelu>(samples * size, y, x, slope, threshold, most);
}

/** dx = dy where threshold < x < most, slope dy where x <= threshold, else 0 */
export function leakyReluBackward(samples: i32, dx: usize, dy: usize, x: usize, size: i32, slope: f32, threshold: f32, most: f32): void {
  backward<LeakyRelu>(samples * size, dx, dy, x, slope, threshold, most);
}

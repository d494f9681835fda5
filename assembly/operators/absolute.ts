import { backward, forward } from "../lib/elementwise";

@unmanaged
class Absolute {
  // @ts-ignore: decorator
  @inline
  value(x: v128, a: v128, b: v128, c: v128): v128 {
    return f32x4.abs(x);
  }

  /** 1, -1 or, at 0, 0. */
  // @ts-ignore: decorator
  @inline
  slope(x: v128, a: v128, b: v128, c: v128): v128 {
    const zero = f32x4.splat(0), one = f32x4.splat(1);
    return f32x4.sub(v128.and(one, f32x4.gt(x, zero)), v128.and(one, f32x4.lt(x, zero)));
  }
}

/** y = |x| */
export function absoluteForward(samples: i32, y: usize, x: usize, size: i32): void {
  forward<Absolute>(samples * size, y, x);
}

/** dx = dy sign(x), 0 at 0 */
export function absoluteBackward(samples: i32, dx: usize, dy: usize, x: usize, size: i32): void {
  backward<Absolute>(samples * size, dx, dy, x);
}

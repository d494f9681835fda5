import { backward, forward } from "../lib/elementwise";
import { log4 } from "../lib/math";

@unmanaged
class Logarithm {
  // @ts-ignore: decorator
  @inline
  value(x: v128, a: v128, b: v128, c: v128): v128 {
    return log4(x);
  }

  // @ts-ignore: decorator
  @inline
  slope(x: v128, a: v128, b: v128, c: v128): v128 {
    return f32x4.div(f32x4.splat(1), x);
  }
}

/** y = ln x */
export function logarithmForward(samples: i32, y: usize, x: usize, size: i32): void {
  forward<Logarithm>(samples * size, y, x);
}

/** dx = dy / x */
export function logarithmBackward(samples: i32, dx: usize, dy: usize, x: usize, size: i32): void {
  backward<Logarithm>(samples * size, dx, dy, x);
}

import { backward, forward } from "../lib/elementwise";
import { exp4 } from "../lib/math";

@unmanaged
class Exponential {
  // @ts-ignore: decorator
  @inline
  value(x: v128, a: v128, b: v128, c: v128): v128 {
    return exp4(x);
  }

  // @ts-ignore: decorator
  @inline
  slope(y: v128, a: v128, b: v128, c: v128): v128 {
    return y;
  }
}

/** y = e^x */
export function exponentialForward(samples: i32, y: usize, x: usize, size: i32): void {
  forward<Exponential>(samples * size, y, x);
}

/** dx = dy y */
export function exponentialBackward(samples: i32, dx: usize, dy: usize, y: usize, size: i32): void {
  backward<Exponential>(samples * size, dx, dy, y);
}

import { backward, forward } from "../lib/elementwise";
import { sigmoid4 } from "../lib/math";

@unmanaged
class Sigmoid {
  // @ts-ignore: decorator
  @inline
  value(x: v128, a: v128, b: v128, c: v128): v128 {
    return sigmoid4(x);
  }

  // @ts-ignore: decorator
  @inline
  slope(y: v128, a: v128, b: v128, c: v128): v128 {
    return f32x4.mul(y, f32x4.sub(f32x4.splat(1), y));
  }
}

/** y = 1 / (1 + e^-x) */
export function sigmoidForward(samples: i32, y: usize, x: usize, size: i32): void {
  forward<Sigmoid>(samples * size, y, x);
}

/** dx = dy y (1 - y) */
export function sigmoidBackward(samples: i32, dx: usize, dy: usize, y: usize, size: i32): void {
  backward<Sigmoid>(samples * size, dx, dy, y);
}

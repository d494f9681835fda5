import { backward, forward } from "../lib/elementwise";
import { tanh4 } from "../lib/math";

@unmanaged
class Tanh {
  // @ts-ignore: decorator
  @inline
  value(x: v128, a: v128, b: v128, c: v128): v128 {
    return tanh4(x);
  }

  // @ts-ignore: decorator
  @inline
  slope(y: v128, a: v128, b: v128, c: v128): v128 {
    return f32x4.sub(f32x4.splat(1), f32x4.mul(y, y));
  }
}

/** y = tanh x */
export function tanhForward(samples: i32, y: usize, x: usize, size: i32): void {
  forward<Tanh>(samples * size, y, x);
}

/** dx = dy (1 - y^2) */
export function tanhBackward(samples: i32, dx: usize, dy: usize, y: usize, size: i32): void {
  backward<Tanh>(samples * size, dx, dy, y);
}

import { backward, forward } from "../lib/elementwise";
import { sigmoid4 } from "../lib/math";

@unmanaged
class Silu {
  // @ts-ignore: decorator
  @inline
  value(x: v128, a: v128, b: v128, c: v128): v128 {
    return f32x4.mul(x, sigmoid4(x));
  }

  // @ts-ignore: decorator
  @inline
  slope(x: v128, a: v128, b: v128, c: v128): v128 {
    const one = f32x4.splat(1), s = sigmoid4(x);
    return f32x4.mul(s, f32x4.add(one, f32x4.mul(x, f32x4.sub(one, s))));
  }
}

/** y = x s, s = 1 / (1 + e^-x) */
export function siluForward(samples: i32, y: usize, x: usize, size: i32): void {
  forward<Silu>(samples * size, y, x);
}

/** dx = dy s (1 + x (1 - s)) */
export function siluBackward(samples: i32, dx: usize, dy: usize, x: usize, size: i32): void {
  backward<Silu>(samples * size, dx, dy, x);
}

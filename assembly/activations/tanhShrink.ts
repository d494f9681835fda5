import { backward, forward } from "../lib/elementwise";
import { tanh4 } from "../lib/math";

@unmanaged
class TanhShrink {
  // @ts-ignore: decorator
  @inline
  value(x: v128, a: v128, b: v128, c: v128): v128 {
    return f32x4.sub(x, tanh4(x));
  }

  // @ts-ignore: decorator
  @inline
  slope(x: v128, a: v128, b: v128, c: v128): v128 {
    const t = tanh4(x);
    return f32x4.mul(t, t);
  }
}

/** y = x - tanh x */
export function tanhShrinkForward(samples: i32, y: usize, x: usize, size: i32): void {
  forward<TanhShrink>(samples * size, y, x);
}

/** dx = dy tanh^2 x */
export function tanhShrinkBackward(samples: i32, dx: usize, dy: usize, x: usize, size: i32): void {
  backward<TanhShrink>(samples * size, dx, dy, x);
}

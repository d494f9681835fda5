import { backward, forward } from "../lib/elementwise";

@unmanaged
class Softsign {
  // @ts-ignore: decorator
  @inline
  value(x: v128, a: v128, b: v128, c: v128): v128 {
    return f32x4.div(x, f32x4.add(f32x4.splat(1), f32x4.abs(x)));
  }

  // @ts-ignore: decorator
  @inline
  slope(x: v128, a: v128, b: v128, c: v128): v128 {
    const d = f32x4.add(f32x4.splat(1), f32x4.abs(x));
    return f32x4.div(f32x4.splat(1), f32x4.mul(d, d));
  }
}

/** y = x / (1 + |x|) */
export function softsignForward(samples: i32, y: usize, x: usize, size: i32): void {
  forward<Softsign>(samples * size, y, x);
}

/** dx = dy / (1 + |x|)^2 */
export function softsignBackward(samples: i32, dx: usize, dy: usize, x: usize, size: i32): void {
  backward<Softsign>(samples * size, dx, dy, x);
}

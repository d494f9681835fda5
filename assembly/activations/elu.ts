// Exponential linear units: ELU (1, alpha, 1), SELU (scale, scale alpha, 1), CELU (1, alpha, 1 / alpha). rate > 0.

import { backward, forward } from "../lib/elementwise";
import { exp4, expm1Negative4 } from "../lib/math";

@unmanaged
class Elu {
  // @ts-ignore: decorator
  @inline
  value(x: v128, a: v128, b: v128, c: v128): v128 {
    const below = f32x4.mul(b, expm1Negative4(f32x4.mul(c, x)));
    return v128.bitselect(f32x4.mul(a, x), below, f32x4.gt(x, f32x4.splat(0)));
  }

  // @ts-ignore: decorator
  @inline
  slope(x: v128, a: v128, b: v128, c: v128): v128 {
    const below = f32x4.mul(f32x4.mul(b, c), exp4(f32x4.mul(c, x)));
    return v128.bitselect(a, below, f32x4.gt(x, f32x4.splat(0)));
  }
}

/** y = slope x where x > 0, else amplitude (e^(rate x) - 1) */
export function eluForward(samples: i32, y: usize, x: usize, size: i32, slope: f32, amplitude: f32, rate: f32): void {
  forward<Elu>(samples * size, y, x, slope, amplitude, rate);
}

/** dx = dy slope where x > 0, else dy amplitude rate e^(rate x) */
export function eluBackward(samples: i32, dx: usize, dy: usize, x: usize, size: i32, slope: f32, amplitude: f32, rate: f32): void {
  backward<Elu>(samples * size, dx, dy, x, slope, amplitude, rate);
}

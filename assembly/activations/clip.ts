// relu6 (0, 6), hard_tanh (-1, 1), and relu with a greatest value.

import { clamp } from "../lib/clamp";
import { backward, forward } from "../lib/elementwise";

@unmanaged
class Clip {
  // @ts-ignore: decorator
  @inline
  value(x: v128, a: v128, b: v128, c: v128): v128 {
    return clamp(x, a, b);
  }

  // @ts-ignore: decorator
  @inline
  slope(y: v128, a: v128, b: v128, c: v128): v128 {
    return v128.and(f32x4.splat(1), v128.and(f32x4.gt(y, a), f32x4.lt(y, b)));
  }
}

/** y = x between least and most, else the nearer of them */
export function clipForward(samples: i32, y: usize, x: usize, size: i32, least: f32, most: f32): void {
  forward<Clip>(samples * size, y, x, least, most);
}

/** dx = dy where least < y < most, else 0 */
export function clipBackward(samples: i32, dx: usize, dy: usize, y: usize, size: i32, least: f32, most: f32): void {
  backward<Clip>(samples * size, dx, dy, y, least, most);
}

// Between two bounds, with a gradient at the bounds too (activations/clip has none there).

import { clamp } from "../lib/clamp";
import { backward, forward } from "../lib/elementwise";

@unmanaged
class Limit {
  // @ts-ignore: decorator
  @inline
  value(x: v128, a: v128, b: v128, c: v128): v128 {
    return clamp(x, a, b);
  }

  // @ts-ignore: decorator
  @inline
  slope(x: v128, a: v128, b: v128, c: v128): v128 {
    return v128.and(f32x4.splat(1), v128.and(f32x4.ge(x, a), f32x4.le(x, b)));
  }
}

/** y = x between least and most, else the nearer of them */
export function limitForward(samples: i32, y: usize, x: usize, size: i32, least: f32, most: f32): void {
  forward<Limit>(samples * size, y, x, least, most);
}

/** dx = dy where least <= x <= most, else 0 */
export function limitBackward(samples: i32, dx: usize, dy: usize, x: usize, size: i32, least: f32, most: f32): void {
  backward<Limit>(samples * size, dx, dy, x, least, most);
}

import { backward, forward } from "../lib/elementwise";

// (x + root) / 2, and below 0, where that cancels, the same as bend / (2 (root - x))
// @ts-ignore: decorator
@inline
function smooth(x: v128, root: v128, bend: v128): v128 {
  const twice = f32x4.add(f32x4.abs(x), root), below = f32x4.div(bend, twice);
  return f32x4.mul(f32x4.splat(0.5), v128.bitselect(below, twice, f32x4.lt(x, f32x4.splat(0))));
}

// @ts-ignore: decorator
@inline
function rootOf(x: v128, bend: v128): v128 {
  return f32x4.sqrt(f32x4.add(f32x4.mul(x, x), bend));
}

@unmanaged
class Squareplus {
  // @ts-ignore: decorator
  @inline
  value(x: v128, a: v128, b: v128, c: v128): v128 {
    return smooth(x, rootOf(x, a), a);
  }

  // @ts-ignore: decorator
  @inline
  slope(x: v128, a: v128, b: v128, c: v128): v128 {
    const root = rootOf(x, a);
    return f32x4.div(smooth(x, root, a), root);
  }
}

/** y = (x + sqrt(x^2 + bend)) / 2 */
export function squareplusForward(samples: i32, y: usize, x: usize, size: i32, bend: f32): void {
  forward<Squareplus>(samples * size, y, x, bend);
}

/** dx = dy (1 + x / sqrt(x^2 + bend)) / 2 */
export function squareplusBackward(samples: i32, dx: usize, dy: usize, x: usize, size: i32, bend: f32): void {
  backward<Squareplus>(samples * size, dx, dy, x, bend);
}

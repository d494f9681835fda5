// hard_sigmoid (slope 1/6; 1/5 in Keras 2 and TensorFlow.js) and sparse_sigmoid (slope 1/2).

import { backward, forward } from "../lib/elementwise";

@unmanaged
class HardSigmoid {
  // @ts-ignore: decorator
  @inline
  value(x: v128, a: v128, b: v128, c: v128): v128 {
    const line = f32x4.add(f32x4.mul(x, a), f32x4.splat(0.5));
    return f32x4.min(f32x4.max(line, f32x4.splat(0)), f32x4.splat(1));
  }

  // @ts-ignore: decorator
  @inline
  slope(y: v128, a: v128, b: v128, c: v128): v128 {
    return v128.and(a, v128.and(f32x4.gt(y, f32x4.splat(0)), f32x4.lt(y, f32x4.splat(1))));
  }
}

/** y = slope x + 1/2, within 0 and 1 */
export function hardSigmoidForward(samples: i32, y: usize, x: usize, size: i32, slope: f32): void {
  forward<HardSigmoid>(samples * size, y, x, slope);
}

/** dx = slope dy where 0 < y < 1, else 0 */
export function hardSigmoidBackward(samples: i32, dx: usize, dy: usize, y: usize, size: i32, slope: f32): void {
  backward<HardSigmoid>(samples * size, dx, dy, y, slope);
}

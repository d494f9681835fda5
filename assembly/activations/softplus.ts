// softplus (sign 1) and log_sigmoid (sign -1).

import { backward, forward } from "../lib/elementwise";
import { sigmoid4, softplus4 } from "../lib/math";

@unmanaged
class Softplus {
  // @ts-ignore: decorator
  @inline
  value(x: v128, a: v128, b: v128, c: v128): v128 {
    return f32x4.mul(a, softplus4(f32x4.mul(a, x)));
  }

  // @ts-ignore: decorator
  @inline
  slope(x: v128, a: v128, b: v128, c: v128): v128 {
    return sigmoid4(f32x4.mul(a, x));
  }
}

/** y = sign ln(1 + e^(sign x)) */
export function softplusForward(samples: i32, y: usize, x: usize, size: i32, sign: f32): void {
  forward<Softplus>(samples * size, y, x, sign);
}

/** dx = dy / (1 + e^(-sign x)) */
export function softplusBackward(samples: i32, dx: usize, dy: usize, x: usize, size: i32, sign: f32): void {
  backward<Softplus>(samples * size, dx, dy, x, sign);
}

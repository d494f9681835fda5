import { backward, forward } from "../lib/elementwise";
import { exp4, log4 } from "../lib/math";

// @ts-ignore: decorator
@inline
const MOST_PRODUCTS: f32 = 32;

/** x^exponent: of whole and half numbers by products and a root, else e^(exponent ln x), NaN below 0. */
function power4(x: v128, exponent: f32): v128 {
  const size = abs(exponent), whole = floor(size), rest = size - whole;
  if (whole > MOST_PRODUCTS || (rest != 0 && rest != 0.5)) return exp4(f32x4.mul(f32x4.splat(exponent), log4(x)));
  let y = f32x4.splat(1), square = x;
  for (let n = <i32>whole; n > 0; n >>= 1) {
    if (n & 1) y = f32x4.mul(y, square);
    square = f32x4.mul(square, square);
  }
  if (rest != 0) y = f32x4.mul(y, f32x4.sqrt(x));
  return exponent < 0 ? f32x4.div(f32x4.splat(1), y) : y;
}

@unmanaged
class Power {
  // @ts-ignore: decorator
  @inline
  value(x: v128, exponent: v128, b: v128, c: v128): v128 {
    return power4(x, f32x4.extract_lane(exponent, 0));
  }

  // @ts-ignore: decorator
  @inline
  slope(x: v128, exponent: v128, b: v128, c: v128): v128 {
    return f32x4.mul(exponent, power4(x, f32x4.extract_lane(exponent, 0) - 1));
  }
}

/** y = x^exponent */
export function powerForward(samples: i32, y: usize, x: usize, size: i32, exponent: f32): void {
  forward<Power>(samples * size, y, x, exponent);
}

/** dx = dy exponent x^(exponent - 1) */
export function powerBackward(samples: i32, dx: usize, dy: usize, x: usize, size: i32, exponent: f32): void {
  backward<Power>(samples * size, dx, dy, x, exponent);
}

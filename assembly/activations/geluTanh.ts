import { backward, forward } from "../lib/elementwise";
import { tanh4 } from "../lib/math";

/** sqrt(2 / pi) (x + 0.044715 x^3) */
// @ts-ignore: decorator
@inline
function inner(x: v128): v128 {
  const cube = f32x4.mul(f32x4.mul(x, f32x4.mul(x, x)), f32x4.splat(0.044715));
  return f32x4.mul(f32x4.splat(0.7978845608028654), f32x4.add(x, cube));
}

@unmanaged
class GeluTanh {
  // @ts-ignore: decorator
  @inline
  value(x: v128, a: v128, b: v128, c: v128): v128 {
    const half = f32x4.splat(0.5);
    return f32x4.mul(f32x4.mul(half, x), f32x4.add(f32x4.splat(1), tanh4(inner(x))));
  }

  // @ts-ignore: decorator
  @inline
  slope(x: v128, a: v128, b: v128, c: v128): v128 {
    const one = f32x4.splat(1), t = tanh4(inner(x)), half = f32x4.splat(0.5);
    // inner'(x) = sqrt(2 / pi) (1 + 3 * 0.044715 x^2)
    const d = f32x4.add(f32x4.splat(0.7978845608028654), f32x4.mul(f32x4.splat(0.1070322243), f32x4.mul(x, x)));
    const rise = f32x4.mul(f32x4.mul(half, x), f32x4.mul(f32x4.sub(one, f32x4.mul(t, t)), d));
    return f32x4.add(f32x4.mul(half, f32x4.add(one, t)), rise);
  }
}

/** y = x (1 + tanh u) / 2, u = sqrt(2 / pi) (x + 0.044715 x^3): the approximate gelu */
export function geluTanhForward(samples: i32, y: usize, x: usize, size: i32): void {
  forward<GeluTanh>(samples * size, y, x);
}

/** dx = dy ((1 + tanh u) / 2 + x (1 - tanh^2 u) u' / 2) */
export function geluTanhBackward(samples: i32, dx: usize, dy: usize, x: usize, size: i32): void {
  backward<GeluTanh>(samples * size, dx, dy, x);
}

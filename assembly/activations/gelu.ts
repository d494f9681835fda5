import { backward, forward } from "../lib/elementwise";
import { gauss4, normalCdf4 } from "../lib/math";

@unmanaged
class Gelu {
  // @ts-ignore: decorator
  @inline
  value(x: v128, a: v128, b: v128, c: v128): v128 {
    return f32x4.mul(x, normalCdf4(x));
  }

  // @ts-ignore: decorator
  @inline
  slope(x: v128, a: v128, b: v128, c: v128): v128 {
    const density = f32x4.mul(gauss4(x), f32x4.splat(0.3989422804014327));
    return f32x4.add(normalCdf4(x), f32x4.mul(x, density));
  }
}

/** y = x Phi(x), Phi the share of a standard normal distribution below x */
export function geluForward(samples: i32, y: usize, x: usize, size: i32): void {
  forward<Gelu>(samples * size, y, x);
}

/** dx = dy (Phi(x) + x e^(-x^2 / 2) / sqrt(2 pi)) */
export function geluBackward(samples: i32, dx: usize, dy: usize, x: usize, size: i32): void {
  backward<Gelu>(samples * size, dx, dy, x);
}

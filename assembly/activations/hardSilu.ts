import { backward, forward } from "../lib/elementwise";

@unmanaged
class HardSilu {
  // @ts-ignore: decorator
  @inline
  value(x: v128, a: v128, b: v128, c: v128): v128 {
    const line = f32x4.add(f32x4.mul(x, f32x4.splat(1.0 / 6.0)), f32x4.splat(0.5));
    return f32x4.mul(x, f32x4.min(f32x4.max(line, f32x4.splat(0)), f32x4.splat(1)));
  }

  // @ts-ignore: decorator
  @inline
  slope(x: v128, a: v128, b: v128, c: v128): v128 {
    const one = f32x4.splat(1), line = f32x4.add(f32x4.mul(x, f32x4.splat(1.0 / 3.0)), f32x4.splat(0.5));
    const inside = v128.andnot(line, f32x4.le(x, f32x4.splat(-3)));
    return v128.bitselect(one, inside, f32x4.ge(x, f32x4.splat(3)));
  }
}

/** y = x min(max(x / 6 + 1/2, 0), 1) */
export function hardSiluForward(samples: i32, y: usize, x: usize, size: i32): void {
  forward<HardSilu>(samples * size, y, x);
}

/** dx = 0 where x <= -3, dy where x >= 3, else dy (x / 3 + 1/2) */
export function hardSiluBackward(samples: i32, dx: usize, dy: usize, x: usize, size: i32): void {
  backward<HardSilu>(samples * size, dx, dy, x);
}

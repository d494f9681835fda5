import { backward, forward } from "../lib/elementwise";

@unmanaged
class SparsePlus {
  // @ts-ignore: decorator
  @inline
  value(x: v128, a: v128, b: v128, c: v128): v128 {
    const one = f32x4.splat(1), rise = f32x4.add(x, one);
    const inside = f32x4.mul(f32x4.splat(0.25), f32x4.mul(rise, rise));
    return v128.bitselect(v128.andnot(inside, f32x4.le(x, f32x4.splat(-1))), x, f32x4.lt(x, one));
  }

  // @ts-ignore: decorator
  @inline
  slope(x: v128, a: v128, b: v128, c: v128): v128 {
    const one = f32x4.splat(1);
    const line = f32x4.mul(f32x4.splat(0.5), f32x4.add(x, one));
    return f32x4.min(f32x4.max(line, f32x4.splat(0)), one);
  }
}

/** y = 0 where x <= -1, (x + 1)^2 / 4 up to 1, x above */
export function sparsePlusForward(samples: i32, y: usize, x: usize, size: i32): void {
  forward<SparsePlus>(samples * size, y, x);
}

/** dx = dy times (x + 1) / 2 within 0 and 1 */
export function sparsePlusBackward(samples: i32, dx: usize, dy: usize, x: usize, size: i32): void {
  backward<SparsePlus>(samples * size, dx, dy, x);
}

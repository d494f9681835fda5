import { at, storeLanes } from "../lib/simd";

/** y = factor x; `size` elements a sample. */
export function scaleForward(samples: i32, y: usize, x: usize, factor: f32, size: i32): void {
  const count = samples * size;
  const factors = f32x4.splat(factor);
  for (let i = 0; i < count; i += 4) {
    storeLanes(at(y, i), f32x4.mul(factors, v128.load(at(x, i))), count - i);
  }
}

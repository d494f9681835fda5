import { at, storeLanes } from "../lib/simd";

/** y = x * scale + offset; `size` elements a sample. */
export function rescalingForward(samples: i32, y: usize, x: usize, size: i32, scale: f32, offset: f32): void {
  const count = samples * size;
  for (let i = 0; i < count; i += 4) {
    const v = f32x4.add(f32x4.mul(v128.load(at(x, i)), f32x4.splat(scale)), f32x4.splat(offset));
    storeLanes(at(y, i), v, count - i);
  }
}

/** dx = dy * scale */
export function rescalingBackward(samples: i32, dx: usize, dy: usize, size: i32, scale: f32): void {
  const count = samples * size;
  for (let i = 0; i < count; i += 4) {
    storeLanes(at(dx, i), f32x4.mul(v128.load(at(dy, i)), f32x4.splat(scale)), count - i);
  }
}

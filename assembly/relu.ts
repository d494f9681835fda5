import { at, storeLanes } from "./simd";

/** y = max(x, 0); NaN stays NaN. `size` elements a sample. */
export function reluForward(samples: i32, y: usize, x: usize, size: i32): void {
  const count = samples * size;
  for (let i = 0; i < count; i += 4) {
    storeLanes(at(y, i), f32x4.pmax(v128.load(at(x, i)), f32x4.splat(0)), count - i);
  }
}

/** dx = dy where y > 0, else 0 */
export function reluBackward(samples: i32, dx: usize, dy: usize, y: usize, size: i32): void {
  const count = samples * size;
  for (let i = 0; i < count; i += 4) {
    const positive = f32x4.gt(v128.load(at(y, i)), f32x4.splat(0));
    storeLanes(at(dx, i), v128.and(v128.load(at(dy, i)), positive), count - i);
  }
}

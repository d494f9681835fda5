import { at, storeLanes } from "../lib/simd";

/** y = a - b, elementwise; `size` elements a sample. */
export function subtractForward(samples: i32, y: usize, a: usize, b: usize, size: i32): void {
  const count = samples * size;
  for (let i = 0; i < count; i += 4) {
    storeLanes(at(y, i), f32x4.sub(v128.load(at(a, i)), v128.load(at(b, i))), count - i);
  }
}

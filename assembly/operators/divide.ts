import { at, storeLanes } from "../lib/simd";

/** y = a / b, elementwise; `size` elements a sample. */
export function divideForward(samples: i32, y: usize, a: usize, b: usize, size: i32): void {
  const count = samples * size;
  for (let i = 0; i < count; i += 4) {
    storeLanes(at(y, i), f32x4.div(v128.load(at(a, i)), v128.load(at(b, i))), count - i);
  }
}

/** da = dy / b; db = -dy (a / b) / b */
export function divideBackward(samples: i32, da: usize, db: usize, dy: usize, a: usize, b: usize, size: i32): void {
  const count = samples * size;
  for (let i = 0; i < count; i += 4) {
    const by = v128.load(at(b, i)), quotient = f32x4.div(v128.load(at(a, i)), by);
    const d = f32x4.div(v128.load(at(dy, i)), by);
    storeLanes(at(da, i), d, count - i);
    storeLanes(at(db, i), f32x4.neg(f32x4.mul(d, quotient)), count - i);
  }
}

import { at, storeLanes } from "../lib/simd";

/** y = the greater of a and b, elementwise, NaN if one is; `size` elements a sample. */
export function maximumForward(samples: i32, y: usize, a: usize, b: usize, size: i32): void {
  const count = samples * size;
  for (let i = 0; i < count; i += 4) {
    storeLanes(at(y, i), f32x4.max(v128.load(at(a, i)), v128.load(at(b, i))), count - i);
  }
}

/** da = dy where a >= b, else 0; db = dy elsewhere, else 0: equal numbers count for a. */
export function maximumBackward(samples: i32, da: usize, db: usize, dy: usize, a: usize, b: usize, size: i32): void {
  const count = samples * size;
  for (let i = 0; i < count; i += 4) {
    const d = v128.load(at(dy, i)), first = f32x4.ge(v128.load(at(a, i)), v128.load(at(b, i)));
    storeLanes(at(da, i), v128.and(d, first), count - i);
    storeLanes(at(db, i), v128.andnot(d, first), count - i);
  }
}

import { at, storeLanes } from "../lib/simd";

/** y = max(x, 0); NaN stays NaN. `size` elements a sample. */
export function reluForward(samples: i32, y: usize, x: usize, size: i32): void {
  const count = samples * size;
  let i = 0;
  for (; i + 4 <= count; i += 4) v128.store(at(y, i), positive(at(x, i)));
  storeLanes(at(y, i), positive(at(x, i)), count - i);
}

// @ts-ignore: decorator
@inline
function positive(x: usize): v128 {
  return f32x4.pmax(v128.load(x), f32x4.splat(0));
}

/** dx = dy where y > 0, else 0 */
export function reluBackward(samples: i32, dx: usize, dy: usize, y: usize, size: i32): void {
  const count = samples * size;
  let i = 0;
  for (; i + 4 <= count; i += 4) v128.store(at(dx, i), wherePositive(at(dy, i), at(y, i)));
  storeLanes(at(dx, i), wherePositive(at(dy, i), at(y, i)), count - i);
}

// @ts-ignore: decorator
@inline
function wherePositive(dy: usize, y: usize): v128 {
  return v128.and(v128.load(dy), f32x4.gt(v128.load(y), f32x4.splat(0)));
}

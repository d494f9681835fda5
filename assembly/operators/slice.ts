// Some of the indices of an axis: begin, begin + step, ... x is (samples * outer, size, inner), y (samples * outer, count, inner).

import { at } from "../lib/simd";

/** y[o,k,i] = x[o, begin + k step, i] */
export function sliceForward(
  samples: i32, y: usize, x: usize, outer: i32, size: i32, inner: i32, begin: i32, step: i32, count: i32,
): void {
  for (let o = 0; o < samples * outer; ++o) {
    for (let k = 0; k < count; ++k) copy(at(y, k * inner), at(x, (begin + k * step) * inner), inner);
    x = at(x, size * inner);
    y = at(y, count * inner);
  }
}

/** dx[o, begin + k step, i] = dy[o,k,i], 0 elsewhere */
export function sliceBackward(
  samples: i32, dx: usize, dy: usize, outer: i32, size: i32, inner: i32, begin: i32, step: i32, count: i32,
): void {
  memory.fill(dx, 0, (<usize>(samples * outer * size * inner)) << 2);
  for (let o = 0; o < samples * outer; ++o) {
    for (let k = 0; k < count; ++k) copy(at(dx, (begin + k * step) * inner), at(dy, k * inner), inner);
    dx = at(dx, size * inner);
    dy = at(dy, count * inner);
  }
}

// @ts-ignore: decorator
@inline
function copy(to: usize, from: usize, count: i32): void {
  if (count == 1) store<f32>(to, load<f32>(from));
  else memory.copy(to, from, (<usize>count) << 2);
}

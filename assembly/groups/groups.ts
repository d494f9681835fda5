// Channels in groups: what convolutions need that do not join all channels.

import { at, storeLanes } from "../lib/simd";

/** to[0..count) = from[0..count) */
// @ts-ignore: decorator
@inline
function copy(to: usize, from: usize, count: i32): void {
  for (let i = 0; i < count; i += 4) storeLanes(at(to, i), v128.load(at(from, i)), count - i);
}

/** y[r,:] = x[r, first .. first + count): some of the channels of each row; `rows` a sample. */
export function groupsTake(
  samples: i32, y: usize, x: usize, rows: i32, channels: i32, first: i32, count: i32,
): void {
  for (let r = 0; r < samples * rows; ++r) copy(at(y, r * count), at(x, r * channels + first), count);
}

/** y[r, first .. first + count) = x[r,:] */
export function groupsPut(
  samples: i32, y: usize, x: usize, rows: i32, channels: i32, first: i32, count: i32,
): void {
  for (let r = 0; r < samples * rows; ++r) copy(at(y, r * channels + first), at(x, r * count), count);
}

/** Likewise of a kernel, once: y[r,:] = w[r, first .. first + count). */
export function groupsTakeKernel(y: usize, w: usize, rows: i32, channels: i32, first: i32, count: i32): void {
  for (let r = 0; r < rows; ++r) copy(at(y, r * count), at(w, r * channels + first), count);
}

/** sum = 0, `size` numbers: what a group's kernel gradient begins with. */
export function groupsClear(_samples: i32, sum: usize, size: i32): void {
  memory.fill(sum, 0, (<usize>size) << 2);
}

/** dw[r, first .. first + count) += sum[r,:] */
export function groupsPutKernelAdd(
  _samples: i32, dw: usize, sum: usize, rows: i32, channels: i32, first: i32, count: i32,
): void {
  for (let r = 0; r < rows; ++r) {
    const to = at(dw, r * channels + first), from = at(sum, r * count);
    for (let i = 0; i < count; i += 4) {
      storeLanes(at(to, i), f32x4.add(v128.load(at(to, i)), v128.load(at(from, i))), count - i);
    }
  }
}

/** y[r, c * times + q] = x[r,c], q < times. */
export function groupsRepeat(samples: i32, y: usize, x: usize, rows: i32, channels: i32, times: i32): void {
  for (let i = 0; i < samples * rows * channels; ++i) {
    const value = load<f32>(at(x, i));
    for (let q = 0; q < times; ++q) store<f32>(at(y, i * times + q), value);
  }
}

/** dx[r,c] = sum over q < times of dy[r, c * times + q] */
export function groupsRepeatBackward(samples: i32, dx: usize, dy: usize, rows: i32, channels: i32, times: i32): void {
  for (let i = 0; i < samples * rows * channels; ++i) {
    let sum: f32 = 0;
    for (let q = 0; q < times; ++q) sum += load<f32>(at(dy, i * times + q));
    store<f32>(at(dx, i), sum);
  }
}

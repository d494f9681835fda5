// Zeros around an input, NHWC: with them a convolution with `same` padding is one without.

import { at } from "../lib/simd";

/** y[n, top + i, left + j, :] = x[n,i,j,:], zeros elsewhere; y is (outHeight, outWidth, channels). */
export function pad2dForward(
  samples: i32, y: usize, x: usize, height: i32, width: i32, channels: i32,
  outHeight: i32, outWidth: i32, top: i32, left: i32,
): void {
  const row = (<usize>(width * channels)) << 2, outRow = (<usize>(outWidth * channels)) << 2;
  memory.fill(y, 0, <usize>(samples * outHeight) * outRow);
  y = at(y, (top * outWidth + left) * channels);
  for (let n = 0; n < samples; ++n) {
    for (let i = 0; i < height; ++i) memory.copy(y + <usize>i * outRow, x + <usize>i * row, row);
    x += <usize>height * row;
    y += <usize>outHeight * outRow;
  }
}

/** dx[n,i,j,:] = dy[n, top + i, left + j, :] */
export function pad2dBackward(
  samples: i32, dx: usize, dy: usize, height: i32, width: i32, channels: i32,
  outHeight: i32, outWidth: i32, top: i32, left: i32,
): void {
  const row = (<usize>(width * channels)) << 2, outRow = (<usize>(outWidth * channels)) << 2;
  dy = at(dy, (top * outWidth + left) * channels);
  for (let n = 0; n < samples; ++n) {
    for (let i = 0; i < height; ++i) memory.copy(dx + <usize>i * row, dy + <usize>i * outRow, row);
    dx += <usize>height * row;
    dy += <usize>outHeight * outRow;
  }
}

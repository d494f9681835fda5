// Max pooling, NHWC: any window, stride and padding. What lies outside the input does not take part.

import { at, storeLanes } from "../lib/simd";

/**
 * y[n,i,j,c] = max over the window; argmax = its element offset in the sample, the first one of equals in row-major order.
 * A NaN in the window gives NaN.
 */
export function maxPool2dForward(
  samples: i32,
  y: usize,
  argmax: usize,
  x: usize,
  height: i32,
  width: i32,
  channels: i32,
  outHeight: i32,
  outWidth: i32,
  poolHeight: i32,
  poolWidth: i32,
  strideHeight: i32,
  strideWidth: i32,
  top: i32,
  left: i32,
): void {
  const nextColumn = i32x4.splat(channels), nextRow = i32x4.splat(width * channels);
  for (let n = 0; n < samples; ++n) {
    for (let i = 0; i < outHeight; ++i) {
      const rowBegin = max(i * strideHeight - top, 0),
        rowEnd = min(i * strideHeight - top + poolHeight, height);
      for (let j = 0; j < outWidth; ++j) {
        const columnBegin = max(j * strideWidth - left, 0),
          columnEnd = min(j * strideWidth - left + poolWidth, width);
        for (let c = 0; c < channels; c += 4) {
          let best = f32x4.splat(-Infinity), none = f32x4.splat(0);
          let row = at(x, (rowBegin * width + columnBegin) * channels + c);
          let rowPlace = i32x4.add(i32x4.splat((rowBegin * width + columnBegin) * channels + c), i32x4(0, 1, 2, 3));
          let place = rowPlace;
          for (let r = rowBegin; r < rowEnd; ++r) {
            let p = row, here = rowPlace;
            for (let column = columnBegin; column < columnEnd; ++column) {
              const v = v128.load(p);
              place = v128.bitselect(here, place, f32x4.gt(v, best));
              // pmax is one instruction but forgets a NaN, max remembers it and takes nine: the NaNs are kept aside.
              best = f32x4.pmax(best, v);
              none = v128.or(none, f32x4.ne(v, v));
              here = i32x4.add(here, nextColumn);
              p = at(p, channels);
            }
            row = at(row, width * channels);
            rowPlace = i32x4.add(rowPlace, nextRow);
          }
          storeLanes(at(y, c), v128.or(best, none), channels - c);
          storeLanes(at(argmax, c), place, channels - c);
        }
        y = at(y, channels);
        argmax = at(argmax, channels);
      }
    }
    x = at(x, height * width * channels);
  }
}

/** dx[argmax] = the sum of the dy that come from there, elsewhere 0; `size` and `outSize` are elements a sample. */
export function maxPool2dBackward(samples: i32, dx: usize, dy: usize, argmax: usize, size: i32, outSize: i32): void {
  memory.fill(dx, 0, (<usize>(samples * size)) << 2);
  for (let n = 0; n < samples; ++n) {
    for (let i = 0; i < outSize; ++i) {
      const p = at(dx, load<i32>(at(argmax, i)));
      store<f32>(p, load<f32>(p) + load<f32>(at(dy, i)));
    }
    dx = at(dx, size);
    dy = at(dy, outSize);
    argmax = at(argmax, outSize);
  }
}

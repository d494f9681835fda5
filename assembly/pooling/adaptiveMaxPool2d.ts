// Max pooling in windows that share the input out, NHWC: window i of an axis goes from floor(i size / out) to ceil((i + 1) size / out).
// Its backward pass is that of maxPool2d.

import { at, storeLanes } from "../lib/simd";

/** ceil(a / b) */
// @ts-ignore: decorator
@inline
function upTo(a: i32, b: i32): i32 {
  return (a + b - 1) / b;
}

/**
 * y[n,i,j,c] = max over the window; argmax = its element offset in the sample: of equals the one in the first column, there in the
 * first row. A NaN in the window gives NaN.
 */
export function adaptiveMaxPool2dForward(
  samples: i32, y: usize, argmax: usize, x: usize, height: i32, width: i32, channels: i32, outHeight: i32, outWidth: i32,
): void {
  const lanes = i32x4(0, 1, 2, 3);
  for (let n = 0; n < samples; ++n) {
    for (let i = 0; i < outHeight; ++i) {
      const rowBegin = (i * height) / outHeight, rowEnd = upTo((i + 1) * height, outHeight);
      for (let j = 0; j < outWidth; ++j) {
        const begin = (j * width) / outWidth, end = upTo((j + 1) * width, outWidth);
        for (let c = 0; c < channels; c += 4) {
          const first = (rowBegin * width + begin) * channels + c;
          let best = f32x4.splat(-Infinity), none = f32x4.splat(0), place = i32x4.add(i32x4.splat(first), lanes);
          for (let column = begin; column < end; ++column) {
            for (let r = rowBegin; r < rowEnd; ++r) {
              const offset = (r * width + column) * channels + c;
              const v = v128.load(at(x, offset));
              place = v128.bitselect(i32x4.add(i32x4.splat(offset), lanes), place, f32x4.gt(v, best));
              best = f32x4.pmax(best, v);
              none = v128.or(none, f32x4.ne(v, v));
            }
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

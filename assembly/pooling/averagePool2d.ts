// Average pooling, NHWC: any window, stride and padding. What lies outside the input does not count.

import { at, madd, storeLanes } from "../lib/simd";

/** y[n,i,j,c] = mean of x over the part of the window that lies inside. */
export function averagePool2dForward(
  samples: i32, y: usize, x: usize, height: i32, width: i32, channels: i32, outHeight: i32, outWidth: i32,
  poolHeight: i32, poolWidth: i32, strideHeight: i32, strideWidth: i32, top: i32, left: i32,
): void {
  for (let n = 0; n < samples; ++n) {
    for (let i = 0; i < outHeight; ++i) {
      const rowBegin = max(i * strideHeight - top, 0), rowEnd = min(i * strideHeight - top + poolHeight, height);
      for (let j = 0; j < outWidth; ++j) {
        const begin = max(j * strideWidth - left, 0), end = min(j * strideWidth - left + poolWidth, width);
        const count = f32x4.splat(<f32>((rowEnd - rowBegin) * (end - begin)));
        for (let c = 0; c < channels; c += 4) {
          let sum = f32x4.splat(0);
          for (let r = rowBegin; r < rowEnd; ++r) {
            let p = at(x, (r * width + begin) * channels + c);
            for (let column = begin; column < end; ++column) {
              sum = f32x4.add(sum, v128.load(p));
              p = at(p, channels);
            }
          }
          storeLanes(at(y, c), f32x4.div(sum, count), channels - c);
        }
        y = at(y, channels);
      }
    }
    x = at(x, height * width * channels);
  }
}

/** The first window that holds a place of an axis. */
// @ts-ignore: decorator
@inline
function firstWindow(place: i32, pool: i32, stride: i32): i32 {
  return place < pool ? 0 : (place - pool) / stride + 1;
}

/** dx[n,i,j,c] = sum of dy / (places that count) over the windows that hold (i, j) */
export function averagePool2dBackward(
  samples: i32, dx: usize, dy: usize, height: i32, width: i32, channels: i32, outHeight: i32, outWidth: i32,
  poolHeight: i32, poolWidth: i32, strideHeight: i32, strideWidth: i32, top: i32, left: i32,
): void {
  for (let n = 0; n < samples; ++n) {
    for (let i = 0; i < height; ++i) {
      const rowBegin = firstWindow(i + top, poolHeight, strideHeight);
      const rowEnd = min((i + top) / strideHeight + 1, outHeight);
      for (let j = 0; j < width; ++j) {
        const begin = firstWindow(j + left, poolWidth, strideWidth);
        const end = min((j + left) / strideWidth + 1, outWidth);
        for (let c = 0; c < channels; c += 4) {
          let sum = f32x4.splat(0);
          for (let r = rowBegin; r < rowEnd; ++r) {
            const y = r * strideHeight - top;
            const rows = min(y + poolHeight, height) - max(y, 0);
            for (let column = begin; column < end; ++column) {
              const x = column * strideWidth - left;
              const count = rows * (min(x + poolWidth, width) - max(x, 0));
              const g = v128.load(at(dy, (r * outWidth + column) * channels + c));
              sum = madd(g, f32x4.splat(<f32>1 / <f32>count), sum);
            }
          }
          storeLanes(at(dx, c), sum, channels - c);
        }
        dx = at(dx, channels);
      }
    }
    dy = at(dy, outHeight * outWidth * channels);
  }
}

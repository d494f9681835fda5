// The general path of convolution: patches are copied into rows (im2col), the product is a GEMM, and the input gradient
// goes back the same way (col2im). Any stride, dilation and padding; what lies outside the input is zero.

import { at } from "../lib/simd";

/** to[0..count) = from[0..count) */
// @ts-ignore: decorator
@inline
function copy(to: usize, from: usize, count: i32): void {
  let i = 0;
  for (; i <= count - 4; i += 4) v128.store(at(to, i), v128.load(at(from, i)));
  for (; i < count; ++i) store<f32>(at(to, i), load<f32>(at(from, i)));
}

/** to[0..count) = 0 */
// @ts-ignore: decorator
@inline
function clear(to: usize, count: i32): void {
  for (let i = 0; i < count; ++i) store<f32>(at(to, i), 0);
}

/** to[0..count) += from[0..count) */
// @ts-ignore: decorator
@inline
function accumulate(to: usize, from: usize, count: i32): void {
  let i = 0;
  for (; i <= count - 4; i += 4) v128.store(at(to, i), f32x4.add(v128.load(at(to, i)), v128.load(at(from, i))));
  for (; i < count; ++i) store<f32>(at(to, i), load<f32>(at(to, i)) + load<f32>(at(from, i)));
}

/** columns[n,i,j,a,b,:] = x[n, i*sh + a*dh - top, j*sw + b*dw - left, :] */
export function im2colForward(
  samples: i32, columns: usize, x: usize,
  height: i32, width: i32, channels: i32, outHeight: i32, outWidth: i32, kernelHeight: i32, kernelWidth: i32,
  strideHeight: i32, strideWidth: i32, dilationHeight: i32, dilationWidth: i32, top: i32, left: i32,
): void {
  for (let n = 0; n < samples; ++n) {
    for (let i = 0; i < outHeight; ++i) {
      for (let j = 0; j < outWidth; ++j) {
        for (let a = 0; a < kernelHeight; ++a) {
          const row = i * strideHeight + a * dilationHeight - top;
          for (let b = 0; b < kernelWidth; ++b) {
            const column = j * strideWidth + b * dilationWidth - left;
            if (<u32>row < <u32>height && <u32>column < <u32>width) {
              copy(columns, at(x, (row * width + column) * channels), channels);
            } else {
              clear(columns, channels);
            }
            columns = at(columns, channels);
          }
        }
      }
    }
    x = at(x, height * width * channels);
  }
}

/** dx[n, i*sh + a*dh - top, j*sw + b*dw - left, :] = sum over all that fall there of dcolumns[n,i,j,a,b,:] */
export function im2colBackward(
  samples: i32, dx: usize, dcolumns: usize,
  height: i32, width: i32, channels: i32, outHeight: i32, outWidth: i32, kernelHeight: i32, kernelWidth: i32,
  strideHeight: i32, strideWidth: i32, dilationHeight: i32, dilationWidth: i32, top: i32, left: i32,
): void {
  memory.fill(dx, 0, (<usize>(samples * height * width * channels)) << 2);
  scatter(
    samples, dx, dcolumns, height, width, channels, outHeight, outWidth, kernelHeight, kernelWidth,
    strideHeight, strideWidth, dilationHeight, dilationWidth, top, left,
  );
}

/** The same, on top of a bias for each channel: a transposed convolution. */
export function im2colBackwardBias(
  samples: i32, y: usize, columns: usize, bias: usize,
  height: i32, width: i32, channels: i32, outHeight: i32, outWidth: i32, kernelHeight: i32, kernelWidth: i32,
  strideHeight: i32, strideWidth: i32, dilationHeight: i32, dilationWidth: i32, top: i32, left: i32,
): void {
  for (let p = 0; p < samples * height * width; ++p) copy(at(y, p * channels), bias, channels);
  scatter(
    samples, y, columns, height, width, channels, outHeight, outWidth, kernelHeight, kernelWidth,
    strideHeight, strideWidth, dilationHeight, dilationWidth, top, left,
  );
}

function scatter(
  samples: i32, dx: usize, dcolumns: usize,
  height: i32, width: i32, channels: i32, outHeight: i32, outWidth: i32, kernelHeight: i32, kernelWidth: i32,
  strideHeight: i32, strideWidth: i32, dilationHeight: i32, dilationWidth: i32, top: i32, left: i32,
): void {
  for (let n = 0; n < samples; ++n) {
    for (let i = 0; i < outHeight; ++i) {
      for (let j = 0; j < outWidth; ++j) {
        for (let a = 0; a < kernelHeight; ++a) {
          const row = i * strideHeight + a * dilationHeight - top;
          for (let b = 0; b < kernelWidth; ++b) {
            const column = j * strideWidth + b * dilationWidth - left;
            if (<u32>row < <u32>height && <u32>column < <u32>width) {
              accumulate(at(dx, (row * width + column) * channels), dcolumns, channels);
            }
            dcolumns = at(dcolumns, channels);
          }
        }
      }
    }
    dx = at(dx, height * width * channels);
  }
}

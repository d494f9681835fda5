// Convolutions of each channel by itself (those of 3 x 3 without dilation: depthwise3x3.ts), NHWC, over the (padded) input, any stride and dilation; kernels (kh * kw, channels). Eight
// channels at a time, of four positions or three kernel elements, so that what is loaded for one is used by all.

import { patch } from "../lib/patch";
import { at, madd } from "../lib/simd";
import { storeRow } from "../lib/tile";

/** y[n,i,j,c] = bias[c] + sum over (a,b) x[n, i*sh + a*dh, j*sw + b*dw, c] w[a,b,c]; bias may be null. */
export function depthwiseConv2dForward(
  samples: i32, y: usize, x: usize, w: usize, bias: usize,
  height: i32, width: i32, channels: i32, outHeight: i32, outWidth: i32, kernelHeight: i32, kernelWidth: i32,
  strideHeight: i32, strideWidth: i32, dilationHeight: i32, dilationWidth: i32,
): void {
  const pixel = channels << 2, pitch = width * pixel;
  const rowStep = strideHeight * pitch, columnStep = strideWidth * pixel;
  const tapStep = <usize>(dilationWidth * pixel), tapRow = <usize>(dilationHeight * pitch) - <usize>kernelWidth * tapStep;
  const positions = samples * outHeight * outWidth, last = positions - 1;
  for (let p = 0; p < positions; p += 4) {
    // Beyond the end the last position is taken again, and not stored.
    let x0 = x + patch(p, outHeight, outWidth, height, pitch, rowStep, columnStep);
    let x1 = x + patch(min(p + 1, last), outHeight, outWidth, height, pitch, rowStep, columnStep);
    let x2 = x + patch(min(p + 2, last), outHeight, outWidth, height, pitch, rowStep, columnStep);
    let x3 = x + patch(min(p + 3, last), outHeight, outWidth, height, pitch, rowStep, columnStep);
    const left = positions - p;
    for (let c = 0; c < channels; c += 8) {
      let a00 = f32x4.splat(0), a01 = a00;
      if (bias) {
        a00 = v128.load(at(bias, c));
        a01 = v128.load(at(bias, c), 16);
      }
      let a10 = a00, a11 = a01, a20 = a00, a21 = a01, a30 = a00, a31 = a01;
      let v = at(w, c), o: usize = 0;
      for (let a = 0; a < kernelHeight; ++a) {
        for (let b = 0; b < kernelWidth; ++b) {
          const w0 = v128.load(v), w1 = v128.load(v, 16);
          a00 = madd(v128.load(x0 + o), w0, a00);
          a01 = madd(v128.load(x0 + o, 16), w1, a01);
          a10 = madd(v128.load(x1 + o), w0, a10);
          a11 = madd(v128.load(x1 + o, 16), w1, a11);
          a20 = madd(v128.load(x2 + o), w0, a20);
          a21 = madd(v128.load(x2 + o, 16), w1, a21);
          a30 = madd(v128.load(x3 + o), w0, a30);
          a31 = madd(v128.load(x3 + o, 16), w1, a31);
          v += <usize>pixel;
          o += tapStep;
        }
        o += tapRow;
      }
      const q = at(y, p * channels + c), columns = channels - c;
      storeRow(q, a00, a01, columns);
      if (left > 1) storeRow(q + <usize>pixel, a10, a11, columns);
      if (left > 2) storeRow(q + 2 * <usize>pixel, a20, a21, columns);
      if (left > 3) storeRow(q + 3 * <usize>pixel, a30, a31, columns);
      x0 += 32;
      x1 += 32;
      x2 += 32;
      x3 += 32;
    }
  }
}

/** dw[a,b,c] += sum over (n,i,j) x[n, i*sh + a*dh, j*sw + b*dw, c] dy[n,i,j,c], row by row of dy. */
export function depthwiseConv2dBackwardKernelAdd(
  samples: i32, dw: usize, dy: usize, x: usize,
  height: i32, width: i32, channels: i32, outHeight: i32, outWidth: i32, kernelHeight: i32, kernelWidth: i32,
  strideHeight: i32, strideWidth: i32, dilationHeight: i32, dilationWidth: i32,
): void {
  const pixel = <usize>channels << 2, pitch = <usize>width * pixel, columnStep = <usize>strideWidth * pixel;
  const taps = kernelHeight * kernelWidth, row = <usize>outWidth * pixel;
  for (let n = 0; n < samples; ++n) {
    for (let i = 0; i < outHeight; ++i) {
      const first = x + <usize>(i * strideHeight) * pitch;
      for (let c = 0; c < channels; c += 8) {
        const from = at(dy, c), end = from + row, columns = channels - c;
        for (let t = 0; t < taps; t += 3) {
          const t1 = min(t + 1, taps - 1), t2 = min(t + 2, taps - 1);
          let x0 = at(first, c) + tapOffset(t, kernelWidth, dilationHeight, dilationWidth, pitch, pixel);
          let x1 = at(first, c) + tapOffset(t1, kernelWidth, dilationHeight, dilationWidth, pitch, pixel);
          let x2 = at(first, c) + tapOffset(t2, kernelWidth, dilationHeight, dilationWidth, pitch, pixel);
          let a00 = f32x4.splat(0), a01 = a00, a10 = a00, a11 = a00, a20 = a00, a21 = a00;
          for (let p = from; p < end; p += pixel) {
            const d0 = v128.load(p), d1 = v128.load(p, 16);
            a00 = madd(v128.load(x0), d0, a00);
            a01 = madd(v128.load(x0, 16), d1, a01);
            a10 = madd(v128.load(x1), d0, a10);
            a11 = madd(v128.load(x1, 16), d1, a11);
            a20 = madd(v128.load(x2), d0, a20);
            a21 = madd(v128.load(x2, 16), d1, a21);
            x0 += columnStep;
            x1 += columnStep;
            x2 += columnStep;
          }
          const g = at(dw, t * channels + c);
          addRow(g, a00, a01, columns);
          if (t + 1 < taps) addRow(g + pixel, a10, a11, columns);
          if (t + 2 < taps) addRow(g + 2 * pixel, a20, a21, columns);
        }
      }
      dy += row;
    }
    x += <usize>height * pitch;
  }
}

/** Byte offset of a kernel element's input from the first one's. */
// @ts-ignore: decorator
@inline
function tapOffset(t: i32, kernelWidth: i32, dilationHeight: i32, dilationWidth: i32, pitch: usize, pixel: usize): usize {
  const a = t / kernelWidth;
  return <usize>(a * dilationHeight) * pitch + <usize>((t - a * kernelWidth) * dilationWidth) * pixel;
}

/** The first min(columns, 8) of eight numbers are added. */
// @ts-ignore: decorator
@inline
function addRow(p: usize, v0: v128, v1: v128, columns: i32): void {
  storeRow(p, f32x4.add(v128.load(p), v0), f32x4.add(v128.load(p, 16), v1), columns);
}

/**
 * dx[n, i*sh + a*dh, j*sw + b*dw, c] = sum over all (i,j,a,b) that fall there of dy[n,i,j,c] w[a,b,c]. (With stride 1 it is a forward pass
 * over dy between zeros, which takes half the time.)
 */
export function depthwiseConv2dBackwardInput(
  samples: i32, dx: usize, dy: usize, w: usize,
  height: i32, width: i32, channels: i32, outHeight: i32, outWidth: i32, kernelHeight: i32, kernelWidth: i32,
  strideHeight: i32, strideWidth: i32, dilationHeight: i32, dilationWidth: i32,
): void {
  const pixel = <usize>channels << 2, pitch = <usize>width * pixel;
  memory.fill(dx, 0, <usize>(samples * height) * pitch);
  for (let n = 0; n < samples; ++n) {
    for (let i = 0; i < outHeight; ++i) {
      for (let j = 0; j < outWidth; ++j) {
        const first = dx + <usize>(i * strideHeight) * pitch + <usize>(j * strideWidth) * pixel;
        for (let c = 0; c < channels; c += 8) {
          const d0 = v128.load(at(dy, c)), d1 = v128.load(at(dy, c), 16), columns = channels - c;
          let v = at(w, c);
          for (let a = 0; a < kernelHeight; ++a) {
            let p = at(first, c) + <usize>(a * dilationHeight) * pitch;
            for (let b = 0; b < kernelWidth; ++b) {
              addRow(p, f32x4.mul(d0, v128.load(v)), f32x4.mul(d1, v128.load(v, 16)), columns);
              v += pixel;
              p += <usize>dilationWidth * pixel;
            }
          }
        }
        dy += pixel;
      }
    }
    dx += <usize>height * pitch;
  }
}

/** turned[a,b,c] = w[kh-1-a,kw-1-b,c] */
export function depthwiseConv2dTurnKernel(turned: usize, w: usize, taps: i32, channels: i32): void {
  for (let t = 0; t < taps; ++t) {
    memory.copy(at(turned, t * channels), at(w, (taps - 1 - t) * channels), (<usize>channels) << 2);
  }
}

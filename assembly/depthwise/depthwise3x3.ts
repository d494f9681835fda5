// 3 x 3 convolutions of each channel by itself, NHWC, stride 1 or 2; kernels (3, 3, channels). Padding of at most one place on each side
// (two, with stride 1) is not put around the input first: `zeros` is room for a row of it, which stands for the rows outside. Four channels at a time, as
// nine weights and what waits for its next column fill the registers; pieces of rows, so that all channels of a place come from the
// first cache.

import { clampAll } from "../lib/clamp";
import { at, madd, storeLanes } from "../lib/simd";
import { addLanes, column, rowOf } from "../lib/taps";

/** Places of a row that are taken together. */
// @ts-ignore: decorator
@inline
const PIECE: i32 = 32;

/**
 * Outputs begin .. end of a row, stride 1: each column that is loaded is part of three sums, which wait for the columns to come.
 * @param x0 the three input rows
 */
function slide(
  y: usize, x0: usize, x1: usize, x2: usize, w: usize, bias: v128, begin: i32, end: i32, width: i32, left: i32, pixel: usize,
  lanes: i32,
): void {
  const w0 = v128.load(w), w1 = v128.load(w + pixel), w2 = v128.load(w + 2 * pixel);
  const w3 = v128.load(w + 3 * pixel), w4 = v128.load(w + 4 * pixel), w5 = v128.load(w + 5 * pixel);
  const w6 = v128.load(w + 6 * pixel), w7 = v128.load(w + 7 * pixel), w8 = v128.load(w + 8 * pixel);
  let last = bias, o = <usize>max(begin - left, 0) * pixel;
  if (begin >= left) {
    last = column(bias, v128.load(x0 + o), v128.load(x1 + o), v128.load(x2 + o), w0, w3, w6);
    o += pixel;
  }
  let v0 = f32x4.splat(0), v1 = v0, v2 = v0;
  const middle = begin + 1 - left;
  if (middle >= 0) {
    if (middle < width) {
      v0 = v128.load(x0 + o);
      v1 = v128.load(x1 + o);
      v2 = v128.load(x2 + o);
    }
    o += pixel;
  }
  last = column(last, v0, v1, v2, w1, w4, w7);
  let next = column(bias, v0, v1, v2, w0, w3, w6);
  x0 += o;
  x1 += o;
  x2 += o;
  y += <usize>begin * pixel;
  // The last two outputs may have no third column.
  const whole = max(min(end, width - 2 + left), begin), stop = y + <usize>(whole - begin) * pixel;
  while (y < stop) {
    v0 = v128.load(x0);
    v1 = v128.load(x1);
    v2 = v128.load(x2);
    storeLanes(y, column(last, v0, v1, v2, w2, w5, w8), lanes);
    last = column(next, v0, v1, v2, w1, w4, w7);
    next = column(bias, v0, v1, v2, w0, w3, w6);
    x0 += pixel;
    x1 += pixel;
    x2 += pixel;
    y += pixel;
  }
  if (whole < end) storeLanes(y, last, lanes);
  if (whole + 1 < end) storeLanes(y + pixel, next, lanes);
}

/** The same with stride 2. */
function step(
  y: usize, x0: usize, x1: usize, x2: usize, w: usize, bias: v128, begin: i32, end: i32, width: i32, left: i32, pixel: usize,
  lanes: i32,
): void {
  const w0 = v128.load(w), w1 = v128.load(w + pixel), w2 = v128.load(w + 2 * pixel);
  const w3 = v128.load(w + 3 * pixel), w4 = v128.load(w + 4 * pixel), w5 = v128.load(w + 5 * pixel);
  const w6 = v128.load(w + 6 * pixel), w7 = v128.load(w + 7 * pixel), w8 = v128.load(w + 8 * pixel);
  y += <usize>begin * pixel;
  let j = 2 * begin - left;
  for (let n = begin; n < end; ++n) {
    let sum = bias, o = <usize>j * pixel;
    if (j >= 0) sum = column(sum, v128.load(x0 + o), v128.load(x1 + o), v128.load(x2 + o), w0, w3, w6);
    o += pixel;
    sum = column(sum, v128.load(x0 + o), v128.load(x1 + o), v128.load(x2 + o), w1, w4, w7);
    o += pixel;
    if (j + 2 < width) sum = column(sum, v128.load(x0 + o), v128.load(x1 + o), v128.load(x2 + o), w2, w5, w8);
    storeLanes(y, sum, lanes);
    y += pixel;
    j += 2;
  }
}

/**
 * y[n,i,j,c] = bias[c] + sum over (a,b) x[n, i*s + a - top, j*s + b - left, c] w[a,b,c], brought to least .. most; bias may be null;
 * what lies outside of x is zero. zeros: width * channels floats.
 */
export function depthwise3x3Forward(
  samples: i32, y: usize, x: usize, w: usize, bias: usize, zeros: usize,
  height: i32, width: i32, channels: i32, outHeight: i32, outWidth: i32, stride: i32,
  top: i32, left: i32, least: f32, most: f32,
): void {
  const pixel = (<usize>channels) << 2, pitch = <usize>width * pixel;
  memory.fill(zeros, 0, pitch);
  for (let n = 0; n < samples; ++n) {
    for (let i = 0; i < outHeight; ++i) {
      const first = i * stride - top;
      const x0 = rowOf(x, first, height, pitch, zeros), x1 = rowOf(x, first + 1, height, pitch, zeros);
      const x2 = rowOf(x, first + 2, height, pitch, zeros);
      for (let begin = 0; begin < outWidth; begin += PIECE) {
        const end = min(begin + PIECE, outWidth);
        for (let c = 0; c < channels; c += 4) {
          const b = bias ? v128.load(at(bias, c)) : f32x4.splat(0), o = (<usize>c) << 2, lanes = channels - c;
          if (stride == 1) slide(y + o, x0 + o, x1 + o, x2 + o, w + o, b, begin, end, width, left, pixel, lanes);
          else step(y + o, x0 + o, x1 + o, x2 + o, w + o, b, begin, end, width, left, pixel, lanes);
        }
        clampAll(y + <usize>begin * pixel, (end - begin) * channels, least, most);
      }
      y += <usize>outWidth * pixel;
    }
    x += <usize>height * pitch;
  }
}

/**
 * Adds what outputs begin .. end of a row give to the gradient of four channels' kernels. With stride 1 it goes by the columns of x, each
 * of which meets three outputs.
 */
function addProducts(
  dw: usize, dy: usize, x0: usize, x1: usize, x2: usize, begin: i32, end: i32, width: i32, left: i32, pixel: usize, stride: i32,
  lanes: i32,
): void {
  const zero = f32x4.splat(0);
  let a0 = zero, a1 = zero, a2 = zero, a3 = zero, a4 = zero, a5 = zero, a6 = zero, a7 = zero, a8 = zero;
  if (stride == 1) {
    let d1 = zero, d2 = zero, j = begin;
    // Before the first column.
    for (; j < left; ++j) d1 = v128.load(dy + <usize>j * pixel);
    let p = dy + <usize>j * pixel, o = <usize>(j - left) * pixel;
    for (const stop = dy + <usize>end * pixel; p < stop; p += pixel) {
      const d0 = v128.load(p);
      let v = v128.load(x0 + o);
      a0 = madd(v, d0, a0);
      a1 = madd(v, d1, a1);
      a2 = madd(v, d2, a2);
      v = v128.load(x1 + o);
      a3 = madd(v, d0, a3);
      a4 = madd(v, d1, a4);
      a5 = madd(v, d2, a5);
      v = v128.load(x2 + o);
      a6 = madd(v, d0, a6);
      a7 = madd(v, d1, a7);
      a8 = madd(v, d2, a8);
      d2 = d1;
      d1 = d0;
      o += pixel;
    }
    // The two columns after the last output's first.
    for (j = end; j < min(end + 2, width + left); ++j) {
      let v = v128.load(x0 + o);
      a1 = madd(v, d1, a1);
      a2 = madd(v, d2, a2);
      v = v128.load(x1 + o);
      a4 = madd(v, d1, a4);
      a5 = madd(v, d2, a5);
      v = v128.load(x2 + o);
      a7 = madd(v, d1, a7);
      a8 = madd(v, d2, a8);
      d2 = d1;
      d1 = zero;
      o += pixel;
    }
  } else {
    let j = 2 * begin - left;
    for (let n = begin; n < end; ++n) {
      const d = v128.load(dy + <usize>n * pixel);
      let o = <usize>j * pixel;
      if (j >= 0) {
        a0 = madd(v128.load(x0 + o), d, a0);
        a3 = madd(v128.load(x1 + o), d, a3);
        a6 = madd(v128.load(x2 + o), d, a6);
      }
      o += pixel;
      a1 = madd(v128.load(x0 + o), d, a1);
      a4 = madd(v128.load(x1 + o), d, a4);
      a7 = madd(v128.load(x2 + o), d, a7);
      o += pixel;
      if (j + 2 < width) {
        a2 = madd(v128.load(x0 + o), d, a2);
        a5 = madd(v128.load(x1 + o), d, a5);
        a8 = madd(v128.load(x2 + o), d, a8);
      }
      j += 2;
    }
  }
  addLanes(dw, a0, lanes);
  addLanes(dw + pixel, a1, lanes);
  addLanes(dw + 2 * pixel, a2, lanes);
  addLanes(dw + 3 * pixel, a3, lanes);
  addLanes(dw + 4 * pixel, a4, lanes);
  addLanes(dw + 5 * pixel, a5, lanes);
  addLanes(dw + 6 * pixel, a6, lanes);
  addLanes(dw + 7 * pixel, a7, lanes);
  addLanes(dw + 8 * pixel, a8, lanes);
}

/** dw[a,b,c] += sum over (n,i,j) x[n, i*s + a - top, j*s + b - left, c] dy[n,i,j,c]. zeros: width * channels floats. */
export function depthwise3x3BackwardKernelAdd(
  samples: i32, dw: usize, dy: usize, x: usize, zeros: usize,
  height: i32, width: i32, channels: i32, outHeight: i32, outWidth: i32, stride: i32,
  top: i32, left: i32,
): void {
  const pixel = (<usize>channels) << 2, pitch = <usize>width * pixel;
  memory.fill(zeros, 0, pitch);
  for (let n = 0; n < samples; ++n) {
    for (let i = 0; i < outHeight; ++i) {
      const first = i * stride - top;
      const x0 = rowOf(x, first, height, pitch, zeros), x1 = rowOf(x, first + 1, height, pitch, zeros);
      const x2 = rowOf(x, first + 2, height, pitch, zeros);
      for (let begin = 0; begin < outWidth; begin += PIECE) {
        const end = min(begin + PIECE, outWidth);
        for (let c = 0; c < channels; c += 4) {
          const o = (<usize>c) << 2;
          addProducts(
            dw + o, dy + o, x0 + o, x1 + o, x2 + o, begin, end, width, left, pixel, stride, channels - c,
          );
        }
      }
      dy += <usize>outWidth * pixel;
    }
    x += <usize>height * pitch;
  }
}

/**
 * Pairs begin .. end of columns of a row of dx, stride 2: an even column (of the padded input) meets two outputs, an odd one the one in
 * the middle. w: weights of the row of outputs at a, and of that at b where there are `two`.
 */
// @ts-ignore: decorator
@inline
function spread(
  dx: usize, a: usize, b: usize, wa: usize, wb: usize, two: bool, begin: i32, end: i32, width: i32, left: i32, outWidth: i32,
  pixel: usize, lanes: i32,
): void {
  const zero = f32x4.splat(0);
  const a0 = v128.load(wa), a1 = v128.load(wa + pixel), a2 = v128.load(wa + 2 * pixel);
  const b0 = two ? v128.load(wb) : zero, b1 = two ? v128.load(wb + pixel) : zero, b2 = two ? v128.load(wb + 2 * pixel) : zero;
  let o = <usize>begin * pixel;
  const before = begin > 0 && begin <= outWidth;
  let lastA = before ? v128.load(a + o - pixel) : zero, lastB = two && before ? v128.load(b + o - pixel) : zero;
  for (let j = begin; j < end; ++j) {
    const isIn = j < outWidth, to = 2 * j - left;
    const hereA = isIn ? v128.load(a + o) : zero;
    let even = madd(lastA, a2, f32x4.mul(hereA, a0)), odd = f32x4.mul(hereA, a1);
    lastA = hereA;
    if (two) {
      const hereB = isIn ? v128.load(b + o) : zero;
      even = madd(lastB, b2, madd(hereB, b0, even));
      odd = madd(hereB, b1, odd);
      lastB = hereB;
    }
    const p = dx + <usize>to * pixel;
    if (to >= 0) storeLanes(p, even, lanes);
    if (to + 1 < width) storeLanes(p + pixel, odd, lanes);
    o += pixel;
  }
}

/**
 * dx[n, 2i + a - top, 2j + b - left, c] = sum over all (i,j,a,b) that fall there of dy[n,i,j,c] w[a,b,c], for strides of 2. (With stride 1
 * it is a forward pass over dy with the kernels turned round.) zeros: outWidth * channels floats.
 */
export function depthwise3x3BackwardInput(
  samples: i32, dx: usize, dy: usize, w: usize, zeros: usize,
  height: i32, width: i32, channels: i32, outHeight: i32, outWidth: i32, top: i32, left: i32,
): void {
  const pixel = (<usize>channels) << 2, pitch = <usize>outWidth * pixel, row = 3 * pixel;
  const pairs = (width + left + 1) >> 1;
  memory.fill(zeros, 0, pitch);
  for (let n = 0; n < samples; ++n) {
    for (let r = 0; r < height; ++r) {
      const i = (r + top) >> 1, isOdd = (r + top) & 1;
      const here = rowOf(dy, i, outHeight, pitch, zeros), above = rowOf(dy, i - 1, outHeight, pitch, zeros);
      for (let begin = 0; begin < pairs; begin += PIECE) {
        const end = min(begin + PIECE, pairs);
        for (let c = 0; c < channels; c += 4) {
          const o = (<usize>c) << 2, to = dx + o, from = here + o, weights = w + o, lanes = channels - c;
          if (isOdd) {
            spread(to, from, from, weights + row, weights, false, begin, end, width, left, outWidth, pixel, lanes);
          } else {
            spread(
              to, from, above + o, weights, weights + 2 * row, true, begin, end, width, left, outWidth, pixel, lanes,
            );
          }
        }
      }
      dx += <usize>width * pixel;
    }
    dy += <usize>outHeight * pitch;
  }
}

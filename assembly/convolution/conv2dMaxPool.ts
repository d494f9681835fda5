// Direct convolution and max pooling in one pass: a tile holds four positions of a pooling window, so that the maximum is
// taken in registers and what pooling drops is never computed. (Its gradients are those of conv2d.ts, with `places`.)

import { packQuad } from "../lib/quad";
import { at, madd } from "../lib/simd";
import { start, storeRow } from "../lib/tile";

/**
 * y = max over the pooling window of the convolution z (see conv2dForward); places[...] = the pixel in x (row * width +
 * column) of the patch that gave it, the first one of equals; null where no gradient will ask for it. z is (convHeight,
 * convWidth, filters) and never written; windows that reach out of it take its last rows and columns again.
 * scratch: 4 * (ceil(poolHeight * poolWidth / 4) * (kh * kw * in + 1) + 3) floats.
 */
export function conv2dMaxPoolForward(
  samples: i32, y: usize, places: usize, x: usize, panels: usize, bias: usize, scratch: usize,
  height: i32, width: i32, channels: i32, convHeight: i32, convWidth: i32, filters: i32,
  kernelHeight: i32, kernelWidth: i32, strideHeight: i32, strideWidth: i32,
  outHeight: i32, outWidth: i32, poolHeight: i32, poolWidth: i32, poolStrideHeight: i32, poolStrideWidth: i32,
  top: i32, before: i32,
): void {
  const pixelBytes = channels * 4, pitch = <usize>(width * pixelBytes);
  const run = kernelWidth * channels, k = kernelHeight * run;
  const mask = i32x4.splat(bias ? -1 : 0);
  const elements = poolHeight * poolWidth, last = elements - 1;
  // Behind the quads: where in x the patch of each element of the window lies.
  const pixels = at(scratch, 4 * (((elements + 3) >> 2) * k + 3));
  // Places in the window of its first four elements: all there are in the usual case.
  const i1 = min(1, last) / poolWidth, i2 = min(2, last) / poolWidth, i3 = min(3, last) / poolWidth;
  const j1 = min(1, last) % poolWidth, j2 = min(2, last) % poolWidth, j3 = min(3, last) % poolWidth;
  for (let n = 0; n < samples; ++n) {
    for (let i = 0; i < outHeight; ++i) {
      for (let j = 0; j < outWidth; ++j) {
        const row = i * poolStrideHeight - top, column = j * poolStrideWidth - before;
        const first = pixel(row, column, convHeight, convWidth, strideHeight, strideWidth, width);
        let p0 = first;
        let p1 = pixel(row + i1, column + j1, convHeight, convWidth, strideHeight, strideWidth, width);
        let p2 = pixel(row + i2, column + j2, convHeight, convWidth, strideHeight, strideWidth, width);
        let p3 = pixel(row + i3, column + j3, convHeight, convWidth, strideHeight, strideWidth, width);
        for (let q = 0; q < elements; q += 4) {
          if (q > 0) {
            const q1 = min(q + 1, last), q2 = min(q + 2, last), q3 = min(q + 3, last);
            p0 = pixel(row + q / poolWidth, column + q % poolWidth, convHeight, convWidth, strideHeight, strideWidth, width);
            p1 = pixel(row + q1 / poolWidth, column + q1 % poolWidth, convHeight, convWidth, strideHeight, strideWidth, width);
            p2 = pixel(row + q2 / poolWidth, column + q2 % poolWidth, convHeight, convWidth, strideHeight, strideWidth, width);
            p3 = pixel(row + q3 / poolWidth, column + q3 % poolWidth, convHeight, convWidth, strideHeight, strideWidth, width);
          }
          const p = at(pixels, q);
          store<i32>(p, p0);
          store<i32>(p, p1, 4);
          store<i32>(p, p2, 8);
          store<i32>(p, p3, 12);
          packQuad(
            at(scratch, q * k), x + <usize>(p0 * pixelBytes), x + <usize>(p1 * pixelBytes),
            x + <usize>(p2 * pixelBytes), x + <usize>(p3 * pixelBytes), kernelHeight, run, pitch,
          );
        }
        for (let f = 0; f < filters; f += 8) {
          const panel = at(panels, f * k), end = at(panel, 8 * k);
          const from = bias ? at(bias, f) : panel;
          const bias0 = start(from, mask, 0), bias1 = start(from, mask, 16);
          let best0 = f32x4.splat(-Infinity), best1 = best0, none0 = f32x4.splat(0), none1 = none0;
          let place0 = i32x4.splat(first), place1 = place0;
          let quads = scratch;
          for (let q = 0; q < elements; q += 4) {
            let a00 = bias0, a01 = bias1, a10 = bias0, a11 = bias1, a20 = bias0, a21 = bias1, a30 = bias0, a31 = bias1;
            for (let w = panel; w < end; w += 32) {
              const w0 = v128.load(w), w1 = v128.load(w, 16);
              let b = v128.load32_splat(quads);
              a00 = madd(b, w0, a00);
              a01 = madd(b, w1, a01);
              b = v128.load32_splat(quads, 4);
              a10 = madd(b, w0, a10);
              a11 = madd(b, w1, a11);
              b = v128.load32_splat(quads, 8);
              a20 = madd(b, w0, a20);
              a21 = madd(b, w1, a21);
              b = v128.load32_splat(quads, 12);
              a30 = madd(b, w0, a30);
              a31 = madd(b, w1, a31);
              quads += 16;
            }
            // The earlier one of equals; NaNs are kept aside as in maxPool2dForward.
            if (places) {
              const p = at(pixels, q);
              const s0 = v128.load32_splat(p), s1 = v128.load32_splat(p, 4);
              const s2 = v128.load32_splat(p, 8), s3 = v128.load32_splat(p, 12);
              let left = v128.bitselect(s1, s0, f32x4.gt(a10, a00)), right = v128.bitselect(s3, s2, f32x4.gt(a30, a20));
              let low = f32x4.pmax(a00, a10), high = f32x4.pmax(a20, a30), most = f32x4.pmax(low, high);
              left = v128.bitselect(right, left, f32x4.gt(high, low));
              place0 = v128.bitselect(left, place0, f32x4.gt(most, best0));
              best0 = f32x4.pmax(best0, most);
              left = v128.bitselect(s1, s0, f32x4.gt(a11, a01)), right = v128.bitselect(s3, s2, f32x4.gt(a31, a21));
              low = f32x4.pmax(a01, a11), high = f32x4.pmax(a21, a31), most = f32x4.pmax(low, high);
              left = v128.bitselect(right, left, f32x4.gt(high, low));
              place1 = v128.bitselect(left, place1, f32x4.gt(most, best1));
              best1 = f32x4.pmax(best1, most);
            } else {
              best0 = f32x4.pmax(best0, f32x4.pmax(f32x4.pmax(a00, a10), f32x4.pmax(a20, a30)));
              best1 = f32x4.pmax(best1, f32x4.pmax(f32x4.pmax(a01, a11), f32x4.pmax(a21, a31)));
            }
            none0 = v128.or(none0, v128.or(v128.or(f32x4.ne(a00, a00), f32x4.ne(a10, a10)), v128.or(f32x4.ne(a20, a20), f32x4.ne(a30, a30))));
            none1 = v128.or(none1, v128.or(v128.or(f32x4.ne(a01, a01), f32x4.ne(a11, a11)), v128.or(f32x4.ne(a21, a21), f32x4.ne(a31, a31))));
          }
          storeRow(at(y, f), v128.or(best0, none0), v128.or(best1, none1), filters - f);
          if (places) storeRow(at(places, f), place0, place1, filters - f);
        }
        y = at(y, filters);
        if (places) places = at(places, filters);
      }
    }
    x += <usize>height * pitch;
  }
}

/** The pixel in x of the patch of position (i, j) of z, held inside it. */
// @ts-ignore: decorator
@inline
function pixel(i: i32, j: i32, convHeight: i32, convWidth: i32, strideHeight: i32, strideWidth: i32, width: i32): i32 {
  const r = min(max(i, 0), convHeight - 1), c = min(max(j, 0), convWidth - 1);
  return r * strideHeight * width + c * strideWidth;
}

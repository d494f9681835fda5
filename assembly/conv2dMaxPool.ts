// Direct convolution and max pooling in one pass: a tile holds four positions of a pooling window, so that the maximum is
// taken in registers and what pooling drops is never computed. (Its gradients are those of conv2d.ts, with `places`.)

import { at, madd, storeLanes } from "./simd";

/**
 * y = max over the pooling window of the convolution z (see conv2dForward); places[...] = the pixel in x (row * width +
 * column) of the patch that gave it, the first one of equals. z is (convHeight, convWidth, filters) and never written;
 * windows that reach out of it take its last rows and columns again.
 */
export function conv2dMaxPoolForward(
  samples: i32, y: usize, places: usize, x: usize, panels: usize, bias: usize,
  height: i32, width: i32, channels: i32, convHeight: i32, convWidth: i32, filters: i32,
  kernelHeight: i32, kernelWidth: i32, strideHeight: i32, strideWidth: i32,
  outHeight: i32, outWidth: i32, poolHeight: i32, poolWidth: i32, poolStrideHeight: i32, poolStrideWidth: i32,
  top: i32, left: i32,
): void {
  const pixelBytes = channels * 4, pitch = width * pixelBytes;
  const run = kernelWidth * channels, k = kernelHeight * run;
  const elements = poolHeight * poolWidth, last = elements - 1;
  for (let n = 0; n < samples; ++n) {
    for (let i = 0; i < outHeight; ++i) {
      for (let j = 0; j < outWidth; ++j) {
        const row = i * poolStrideHeight - top, column = j * poolStrideWidth - left;
        // A window of at most four elements, the usual one, has its pixels once for all filters.
        const first = pixel(0, poolWidth, row, column, convHeight, convWidth, strideHeight, strideWidth, width);
        let p0 = first;
        let p1 = pixel(min(1, last), poolWidth, row, column, convHeight, convWidth, strideHeight, strideWidth, width);
        let p2 = pixel(min(2, last), poolWidth, row, column, convHeight, convWidth, strideHeight, strideWidth, width);
        let p3 = pixel(min(3, last), poolWidth, row, column, convHeight, convWidth, strideHeight, strideWidth, width);
        for (let f = 0; f < filters; f += 8) {
          const panel = at(panels, f * k);
          let bias0 = f32x4.splat(0), bias1 = f32x4.splat(0);
          if (bias) {
            bias0 = v128.load(at(bias, f));
            bias1 = v128.load(at(bias, f), 16);
          }
          let best0 = f32x4.splat(-Infinity), best1 = best0, none0 = f32x4.splat(0), none1 = none0;
          let place0 = i32x4.splat(first), place1 = place0;
          for (let q = 0; q < elements; q += 4) {
            if (elements > 4) {
              p0 = pixel(q, poolWidth, row, column, convHeight, convWidth, strideHeight, strideWidth, width);
              p1 = pixel(min(q + 1, last), poolWidth, row, column, convHeight, convWidth, strideHeight, strideWidth, width);
              p2 = pixel(min(q + 2, last), poolWidth, row, column, convHeight, convWidth, strideHeight, strideWidth, width);
              p3 = pixel(min(q + 3, last), poolWidth, row, column, convHeight, convWidth, strideHeight, strideWidth, width);
            }
            let x0 = x + <usize>(p0 * pixelBytes), x1 = x + <usize>(p1 * pixelBytes);
            let x2 = x + <usize>(p2 * pixelBytes), x3 = x + <usize>(p3 * pixelBytes);
            let a00 = bias0, a01 = bias1, a10 = bias0, a11 = bias1, a20 = bias0, a21 = bias1, a30 = bias0, a31 = bias1;
            let w = panel;
            for (let r = 0; r < kernelHeight; ++r) {
              const end = w + ((<usize>run) << 5);
              let o: usize = 0;
              while (w < end) {
                const w0 = v128.load(w), w1 = v128.load(w, 16);
                let b = v128.load32_splat(x0 + o);
                a00 = madd(b, w0, a00);
                a01 = madd(b, w1, a01);
                b = v128.load32_splat(x1 + o);
                a10 = madd(b, w0, a10);
                a11 = madd(b, w1, a11);
                b = v128.load32_splat(x2 + o);
                a20 = madd(b, w0, a20);
                a21 = madd(b, w1, a21);
                b = v128.load32_splat(x3 + o);
                a30 = madd(b, w0, a30);
                a31 = madd(b, w1, a31);
                w += 32;
                o += 4;
              }
              x0 += <usize>pitch;
              x1 += <usize>pitch;
              x2 += <usize>pitch;
              x3 += <usize>pitch;
            }
            // Column by column: value and place, the earlier one of equals; NaNs are kept aside as in maxPool2dForward.
            let here = i32x4.splat(p0);
            place0 = v128.bitselect(here, place0, f32x4.gt(a00, best0));
            place1 = v128.bitselect(here, place1, f32x4.gt(a01, best1));
            best0 = f32x4.pmax(best0, a00);
            best1 = f32x4.pmax(best1, a01);
            here = i32x4.splat(p1);
            place0 = v128.bitselect(here, place0, f32x4.gt(a10, best0));
            place1 = v128.bitselect(here, place1, f32x4.gt(a11, best1));
            best0 = f32x4.pmax(best0, a10);
            best1 = f32x4.pmax(best1, a11);
            here = i32x4.splat(p2);
            place0 = v128.bitselect(here, place0, f32x4.gt(a20, best0));
            place1 = v128.bitselect(here, place1, f32x4.gt(a21, best1));
            best0 = f32x4.pmax(best0, a20);
            best1 = f32x4.pmax(best1, a21);
            here = i32x4.splat(p3);
            place0 = v128.bitselect(here, place0, f32x4.gt(a30, best0));
            place1 = v128.bitselect(here, place1, f32x4.gt(a31, best1));
            best0 = f32x4.pmax(best0, a30);
            best1 = f32x4.pmax(best1, a31);
            none0 = v128.or(none0, v128.or(v128.or(f32x4.ne(a00, a00), f32x4.ne(a10, a10)), v128.or(f32x4.ne(a20, a20), f32x4.ne(a30, a30))));
            none1 = v128.or(none1, v128.or(v128.or(f32x4.ne(a01, a01), f32x4.ne(a11, a11)), v128.or(f32x4.ne(a21, a21), f32x4.ne(a31, a31))));
          }
          storeLanes(at(y, f), v128.or(best0, none0), filters - f);
          storeLanes(at(y, f + 4), v128.or(best1, none1), filters - f - 4);
          storeLanes(at(places, f), place0, filters - f);
          storeLanes(at(places, f + 4), place1, filters - f - 4);
        }
        y = at(y, filters);
        places = at(places, filters);
      }
    }
    x += <usize>(height * pitch);
  }
}

/** The pixel in x of the patch of window element q; a window that begins at (row, column) of z is held inside it. */
// @ts-ignore: decorator
@inline
function pixel(
  q: i32, poolWidth: i32, row: i32, column: i32, convHeight: i32, convWidth: i32, strideHeight: i32, strideWidth: i32, width: i32,
): i32 {
  const i = q / poolWidth;
  const r = min(max(row + i, 0), convHeight - 1), c = min(max(column + (q - i * poolWidth), 0), convWidth - 1);
  return r * strideHeight * width + c * strideWidth;
}

// The register tile of all dense products.

import { madd, storeLanes } from "./simd";

/**
 * y[i][0..8) = bias + sum over `runs` of x_i[0..run) . panel, four rows at once; x_i moves on by `pitch` bytes a run.
 * Eight accumulators, two panel vectors and one broadcast: 11 of the 15 registers V8 has (6x8 spills and halves the speed).
 * A row that does not exist repeats the last one: same input, same value, same address.
 */
// @ts-ignore: decorator
@inline
export function tile4x8(
  y0: usize, y1: usize, y2: usize, y3: usize,
  x0: usize, x1: usize, x2: usize, x3: usize,
  panel: usize, bias: usize, columns: i32, runs: i32, run: i32, pitch: usize,
): void {
  let a00 = f32x4.splat(0), a01 = f32x4.splat(0);
  if (bias) {
    a00 = v128.load(bias);
    a01 = v128.load(bias, 16);
  }
  let a10 = a00, a11 = a01, a20 = a00, a21 = a01, a30 = a00, a31 = a01;
  let w = panel;
  for (let r = 0; r < runs; ++r) {
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
    x0 += pitch;
    x1 += pitch;
    x2 += pitch;
    x3 += pitch;
  }
  if (columns >= 8) {
    v128.store(y0, a00);
    v128.store(y0, a01, 16);
    v128.store(y1, a10);
    v128.store(y1, a11, 16);
    v128.store(y2, a20);
    v128.store(y2, a21, 16);
    v128.store(y3, a30);
    v128.store(y3, a31, 16);
  } else {
    storeLanes(y0, a00, columns);
    storeLanes(y0 + 16, a01, columns - 4);
    storeLanes(y1, a10, columns);
    storeLanes(y1 + 16, a11, columns - 4);
    storeLanes(y2, a20, columns);
    storeLanes(y2 + 16, a21, columns - 4);
    storeLanes(y3, a30, columns);
    storeLanes(y3 + 16, a31, columns - 4);
  }
}

// What Winograd's forms share: tiles are taken in blocks, so that the transformed input v, the products m and what a block
// shares of the weights stay in the cache.

import { at } from "./simd";

/** Tiles in a block: the sixteen products are [TILES x channels][channels x filters]. */
// @ts-ignore: decorator
@inline
export const TILES = 48;

/**
 * Floats from one of the sixteen matrices of a block to the next, of `columns` columns each. A line more than they need: 48 rows
 * of 64 floats are three pages, and all sixteen numbers of a tile would fall on one set of the first cache.
 */
// @ts-ignore: decorator
@inline
export function matrixSize(columns: i32): i32 {
  return TILES * columns + 16;
}

/**
 * v[i][tile] = (B' d B)[i] for `count` tiles from number `first` on; rows and columns outside x repeat the last. In v, tiles
 * lie `tileBytes` apart, and so do four channels and the next four by `quadBytes`.
 */
export function transformInput(
  v: usize, tileBytes: i32, quadBytes: i32, x: usize, first: i32, count: i32, tileRows: i32, tileColumns: i32, height: i32, width: i32, channels: i32,
): void {
  const step = (<usize>matrixSize(channels)) << 2;
  for (let t = 0; t < count; ++t) {
    const row = (first + t) / tileColumns, sample = row / tileRows;
    const i = 2 * (row - sample * tileRows), j = 2 * ((first + t) - row * tileColumns);
    const base = at(x, sample * height * width * channels);
    const r0 = i * width, r1 = min(i + 1, height - 1) * width, r2 = min(i + 2, height - 1) * width;
    const r3 = min(i + 3, height - 1) * width;
    const c1 = min(j + 1, width - 1), c2 = min(j + 2, width - 1), c3 = min(j + 3, width - 1);
    for (let c = 0; c < channels; c += 4) {
      const q = at(base, c);
      const p = v + <usize>(t * tileBytes + (c >> 2) * quadBytes);
      // One column at a time along the rows (B' d), then along the columns (B).
      let d0 = v128.load(at(q, (r0 + j) * channels)), d1 = v128.load(at(q, (r1 + j) * channels));
      let d2 = v128.load(at(q, (r2 + j) * channels)), d3 = v128.load(at(q, (r3 + j) * channels));
      const a00 = f32x4.sub(d0, d2), a10 = f32x4.add(d1, d2), a20 = f32x4.sub(d2, d1), a30 = f32x4.sub(d1, d3);
      d0 = v128.load(at(q, (r0 + c1) * channels));
      d1 = v128.load(at(q, (r1 + c1) * channels));
      d2 = v128.load(at(q, (r2 + c1) * channels));
      d3 = v128.load(at(q, (r3 + c1) * channels));
      const a01 = f32x4.sub(d0, d2), a11 = f32x4.add(d1, d2), a21 = f32x4.sub(d2, d1), a31 = f32x4.sub(d1, d3);
      d0 = v128.load(at(q, (r0 + c2) * channels));
      d1 = v128.load(at(q, (r1 + c2) * channels));
      d2 = v128.load(at(q, (r2 + c2) * channels));
      d3 = v128.load(at(q, (r3 + c2) * channels));
      const a02 = f32x4.sub(d0, d2), a12 = f32x4.add(d1, d2), a22 = f32x4.sub(d2, d1), a32 = f32x4.sub(d1, d3);
      d0 = v128.load(at(q, (r0 + c3) * channels));
      d1 = v128.load(at(q, (r1 + c3) * channels));
      d2 = v128.load(at(q, (r2 + c3) * channels));
      d3 = v128.load(at(q, (r3 + c3) * channels));
      const a03 = f32x4.sub(d0, d2), a13 = f32x4.add(d1, d2), a23 = f32x4.sub(d2, d1), a33 = f32x4.sub(d1, d3);
      storeRow(p, step, a00, a01, a02, a03);
      storeRow(p + 4 * step, step, a10, a11, a12, a13);
      storeRow(p + 8 * step, step, a20, a21, a22, a23);
      storeRow(p + 12 * step, step, a30, a31, a32, a33);
    }
  }
}

// @ts-ignore: decorator
@inline
function storeRow(p: usize, step: usize, t0: v128, t1: v128, t2: v128, t3: v128): void {
  v128.store(p, f32x4.sub(t0, t2));
  v128.store(p + step, f32x4.add(t1, t2));
  v128.store(p + 2 * step, f32x4.sub(t2, t1));
  v128.store(p + 3 * step, f32x4.sub(t1, t3));
}

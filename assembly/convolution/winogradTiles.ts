// What Winograd's forms share: tiles are taken in blocks, so that the transformed input v, the products m and what a block
// shares of the weights stay in the cache.

import { product } from "../lib/product";
import { at } from "../lib/simd";

/** Tiles in a block: the sixteen products are [TILES x channels][channels x filters]. */
// @ts-ignore: decorator
@inline
export const TILES = 48;

/**
 * Floats from one matrix of a block to the next, of `columns` columns each. A line more than they need: 48 rows of 64 floats are
 * three pages, and all sixteen numbers of a tile would fall on one set of the first cache.
 */
// @ts-ignore: decorator
@inline
export function matrixSize(tiles: i32, columns: i32): i32 {
  return tiles * columns + 16;
}

/** Floats from one of a kernel's transformed matrices to the next, for the same reason. */
// @ts-ignore: decorator
@inline
export function kernelSize(channels: i32, filters: i32): i32 {
  return channels * filters + 16;
}

/**
 * Number `tap` of nine of the kernels (3, 3, channels, filters) of a channel and four filters from f on. `turned`: w is
 * (3, 3, filters, channels), and the kernels are turned round.
 */
export function loadTap(w: usize, tap: i32, c: i32, f: i32, channels: i32, filters: i32, turned: i32): v128 {
  if (!turned) return v128.load(at(w, (tap * channels + c) * filters + f));
  const p = at(w, ((8 - tap) * filters + f) * channels + c), next = at(p, channels);
  const third = at(next, channels), last = at(third, channels);
  return v128.load32_lane(last, v128.load32_lane(third, v128.load32_lane(next, v128.load32_splat(p), 1), 2), 3);
}

/**
 * The products of a block of at most `tiles` tiles: m[i] = v[i] u[i], i < matrices; m lies behind v, and what `product` needs behind
 * m. v has `count` rows of channels, u is (channels, filters) in panels of 8.
 */
export function multiply(
  v: usize, u: usize, matrices: i32, tiles: i32, count: i32, channels: i32, filters: i32,
): void {
  const sizeV = matrixSize(tiles, channels), sizeM = matrixSize(tiles, filters), sizeU = kernelSize(channels, filters);
  const m = at(v, matrices * sizeV), quads = at(m, matrices * sizeM);
  for (let i = 0; i < matrices; ++i) {
    product(at(m, i * sizeM), at(v, i * sizeV), at(u, i * sizeU), 0, quads, count, channels, filters);
  }
}

/**
 * v[i][tile] = (B' d B)[i] for `count` tiles from number `first` on, of a rectangle of tiles that begins at output (top, left);
 * rows and columns outside x repeat the last. In v, tiles lie `tileBytes` apart, and so do four channels and the next four by
 * `quadBytes`.
 */
export function transformInput(
  v: usize, tileBytes: i32, quadBytes: i32, x: usize, first: i32, count: i32,
  top: i32, left: i32, tileRows: i32, tileColumns: i32, height: i32, width: i32, channels: i32,
): void {
  const step = (<usize>matrixSize(TILES, channels)) << 2, pixel = (<usize>channels) << 2, pitch = <usize>width * pixel;
  const s2 = step << 1, s3 = step + s2, s4 = step << 2;
  for (let t = 0; t < count; ++t) {
    const row = (first + t) / tileColumns, sample = row / tileRows;
    const i = top + 2 * (row - sample * tileRows), j = left + 2 * ((first + t) - row * tileColumns);
    const base = x + <usize>(sample * height) * pitch;
    let x0 = base + <usize>i * pitch, x1 = base + <usize>min(i + 1, height - 1) * pitch;
    let x2 = base + <usize>min(i + 2, height - 1) * pitch, x3 = base + <usize>min(i + 3, height - 1) * pitch;
    const o0 = <usize>j * pixel, o1 = <usize>min(j + 1, width - 1) * pixel;
    const o2 = <usize>min(j + 2, width - 1) * pixel, o3 = <usize>min(j + 3, width - 1) * pixel;
    let p = v + <usize>(t * tileBytes);
    for (let c = 0; c < channels; c += 4) {
      // One column at a time along the rows (B' d), then along the columns (B).
      let d0 = v128.load(x0 + o0), d1 = v128.load(x1 + o0), d2 = v128.load(x2 + o0), d3 = v128.load(x3 + o0);
      const a00 = f32x4.sub(d0, d2), a10 = f32x4.add(d1, d2), a20 = f32x4.sub(d2, d1), a30 = f32x4.sub(d1, d3);
      d0 = v128.load(x0 + o1), d1 = v128.load(x1 + o1), d2 = v128.load(x2 + o1), d3 = v128.load(x3 + o1);
      const a01 = f32x4.sub(d0, d2), a11 = f32x4.add(d1, d2), a21 = f32x4.sub(d2, d1), a31 = f32x4.sub(d1, d3);
      d0 = v128.load(x0 + o2), d1 = v128.load(x1 + o2), d2 = v128.load(x2 + o2), d3 = v128.load(x3 + o2);
      const a02 = f32x4.sub(d0, d2), a12 = f32x4.add(d1, d2), a22 = f32x4.sub(d2, d1), a32 = f32x4.sub(d1, d3);
      d0 = v128.load(x0 + o3), d1 = v128.load(x1 + o3), d2 = v128.load(x2 + o3), d3 = v128.load(x3 + o3);
      const a03 = f32x4.sub(d0, d2), a13 = f32x4.add(d1, d2), a23 = f32x4.sub(d2, d1), a33 = f32x4.sub(d1, d3);
      let q = p;
      storeRow(q, step, s2, s3, a00, a01, a02, a03);
      q += s4;
      storeRow(q, step, s2, s3, a10, a11, a12, a13);
      q += s4;
      storeRow(q, step, s2, s3, a20, a21, a22, a23);
      q += s4;
      storeRow(q, step, s2, s3, a30, a31, a32, a33);
      x0 += 16;
      x1 += 16;
      x2 += 16;
      x3 += 16;
      p += <usize>quadBytes;
    }
  }
}

// @ts-ignore: decorator
@inline
function storeRow(p: usize, step: usize, s2: usize, s3: usize, t0: v128, t1: v128, t2: v128, t3: v128): void {
  v128.store(p, f32x4.sub(t0, t2));
  v128.store(p + step, f32x4.add(t1, t2));
  v128.store(p + s2, f32x4.sub(t2, t1));
  v128.store(p + s3, f32x4.sub(t1, t3));
}

/**
 * y = the maximum of a 2 x 2 window, and places (or null) its pixel: the window begins at `pixel`, rows of x have `width` of them.
 * The first of equals; a NaN gives NaN (pmax alone would forget it).
 */
// @ts-ignore: decorator
@inline
export function storeMaximum(
  y: usize, places: usize, pixel: i32, width: i32, y0: v128, y1: v128, y2: v128, y3: v128, bias: v128,
): void {
  const above = f32x4.pmax(y0, y1), below = f32x4.pmax(y2, y3);
  if (places) {
    const left = v128.bitselect(i32x4.splat(pixel + 1), i32x4.splat(pixel), f32x4.gt(y1, y0));
    const right = v128.bitselect(i32x4.splat(pixel + width + 1), i32x4.splat(pixel + width), f32x4.gt(y3, y2));
    v128.store(places, v128.bitselect(right, left, f32x4.gt(below, above)));
  }
  const none = v128.or(v128.or(f32x4.ne(y0, y0), f32x4.ne(y1, y1)), v128.or(f32x4.ne(y2, y2), f32x4.ne(y3, y3)));
  v128.store(y, f32x4.add(v128.or(f32x4.pmax(above, below), none), bias));
}

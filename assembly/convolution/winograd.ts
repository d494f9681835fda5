// Winograd's minimal filtering F(2x2, 3x3) for 3 x 3 kernels with stride 1 (Lavin and Gray, "Fast algorithms for
// convolutional neural networks", 2016): 16 multiplies for a tile of 2 x 2 outputs in place of 36.
//
//   y = A' [ (G g G') * (B' d B) ] A,  d the 4 x 4 inputs of a tile, g the kernel, * elementwise, then summed over channels
//
// The 2 x 2 outputs of a tile are just the window of a 2 x 2 max pooling.

import { at } from "../lib/simd";
import { kernelSize, loadTap, matrixSize, multiply, storeMaximum, TILES, transformInput } from "./winogradTiles";

/**
 * u[i] = (G g G')[i] for the sixteen i, each (channels, filters) in panels of 8, kernelSize apart; filters a multiple of 8. The kernels
 * are those of loadTap: `turned` for the input gradient, which is a convolution itself, of dy between zeros.
 */
export function winogradTransformKernel(u: usize, w: usize, channels: i32, filters: i32, turned: i32): void {
  const next = kernelSize(channels, filters);
  for (let c = 0; c < channels; ++c) {
    for (let f = 0; f < filters; f += 4) {
      const p = at(u, (f & ~7) * channels + c * 8 + (f & 7));
      // Columns of g, each as G times it; then the same along the rows.
      for (let j = 0; j < 3; ++j) {
        const g0 = loadTap(w, j, c, f, channels, filters, turned), g1 = loadTap(w, j + 3, c, f, channels, filters, turned);
        const g2 = loadTap(w, j + 6, c, f, channels, filters, turned);
        const sum = f32x4.add(g0, g2), half = f32x4.splat(0.5);
        // Kept in u itself, at the place of row i, column j.
        v128.store(at(p, j * next), g0);
        v128.store(at(p, (4 + j) * next), f32x4.mul(half, f32x4.add(sum, g1)));
        v128.store(at(p, (8 + j) * next), f32x4.mul(half, f32x4.sub(sum, g1)));
        v128.store(at(p, (12 + j) * next), g2);
      }
      for (let i = 0; i < 4; ++i) {
        const row = at(p, 4 * i * next);
        const t0 = v128.load(row), t1 = v128.load(at(row, next)), t2 = v128.load(at(row, 2 * next));
        const sum = f32x4.add(t0, t2), half = f32x4.splat(0.5);
        v128.store(at(row, next), f32x4.mul(half, f32x4.add(sum, t1)));
        v128.store(at(row, 2 * next), f32x4.mul(half, f32x4.sub(sum, t1)));
        v128.store(at(row, 3 * next), t2);
      }
    }
  }
}

/** Of A' m for four products of a column: m0 + m1 + m2, for output row 0. */
// @ts-ignore: decorator
@inline
function upper(m0: v128, m1: v128, m2: v128): v128 {
  return f32x4.add(f32x4.add(m0, m1), m2);
}

/** m1 - m2 - m3, for output row 1. */
// @ts-ignore: decorator
@inline
function lower(m1: v128, m2: v128, m3: v128): v128 {
  return f32x4.sub(f32x4.sub(m1, m2), m3);
}

/**
 * y = bias + the convolution of x with 3 x 3 kernels, stride 1, no padding; u from winogradTransformKernel. Of y only a rectangle of
 * tileRows * tileColumns tiles that begins at (top, left). channels a multiple of 4, filters of 8.
 * scratch: 16 * (matrixSize(TILES, channels) + matrixSize(TILES, filters)) + 4 * (channels + 3) floats.
 */
export function winogradForward(
  samples: i32, y: usize, x: usize, u: usize, bias: usize, scratch: usize,
  height: i32, width: i32, channels: i32, outHeight: i32, outWidth: i32, filters: i32,
  top: i32, left: i32, tileRows: i32, tileColumns: i32,
): void {
  forward(
    samples, y, 0, x, u, bias, scratch, height, width, channels, outHeight, outWidth, filters, top, left, tileRows, tileColumns, 0,
  );
}

/**
 * The same with 2 x 2 max pooling behind it (stride 2, no padding): y and places as in conv2dMaxPoolForward, of shape
 * (outHeight, outWidth, filters); a tile is one number of them. Of equals the first before the bias is added.
 */
export function winogradMaxPoolForward(
  samples: i32, y: usize, places: usize, x: usize, u: usize, bias: usize, scratch: usize,
  height: i32, width: i32, channels: i32, outHeight: i32, outWidth: i32, filters: i32,
  top: i32, left: i32, tileRows: i32, tileColumns: i32,
): void {
  forward(
    samples, y, places, x, u, bias, scratch, height, width, channels, outHeight, outWidth, filters, top, left, tileRows, tileColumns,
    1,
  );
}

function forward(
  samples: i32, y: usize, places: usize, x: usize, u: usize, bias: usize, scratch: usize,
  height: i32, width: i32, channels: i32, outHeight: i32, outWidth: i32, filters: i32,
  top: i32, left: i32, tileRows: i32, tileColumns: i32, pooled: i32,
): void {
  const tiles = samples * tileRows * tileColumns;
  const m = at(scratch, 16 * matrixSize(TILES, channels));
  const step = (<usize>matrixSize(TILES, filters)) << 2, s4 = step << 2, s8 = step << 3, s12 = s4 + s8;
  for (let first = 0; first < tiles; first += TILES) {
    const count = min(TILES, tiles - first);
    transformInput(scratch, channels << 2, 16, x, first, count, top, left, tileRows, tileColumns, height, width, channels);
    multiply(scratch, u, 16, TILES, count, channels, filters);
    for (let t = 0; t < count; ++t) {
      const row = (first + t) / tileColumns, sample = row / tileRows;
      const i = top + 2 * (row - sample * tileRows), j = left + 2 * ((first + t) - row * tileColumns);
      const right = j + 1 < outWidth, below = i + 1 < outHeight;
      const o = ((sample * outHeight + (i >> pooled)) * outWidth + (j >> pooled)) * filters;
      for (let f = 0; f < filters; f += 4) {
        const q = at(m, t * filters + f), p = at(y, o + f), b = bias ? v128.load(at(bias, f)) : f32x4.splat(0);
        let c = q, m1 = v128.load(c + s4), m2 = v128.load(c + s8);
        const t0 = upper(v128.load(c), m1, m2), u0 = lower(m1, m2, v128.load(c + s12));
        c += step, m1 = v128.load(c + s4), m2 = v128.load(c + s8);
        const t1 = upper(v128.load(c), m1, m2), u1 = lower(m1, m2, v128.load(c + s12));
        c += step, m1 = v128.load(c + s4), m2 = v128.load(c + s8);
        const t2 = upper(v128.load(c), m1, m2), u2 = lower(m1, m2, v128.load(c + s12));
        c += step, m1 = v128.load(c + s4), m2 = v128.load(c + s8);
        const t3 = upper(v128.load(c), m1, m2), u3 = lower(m1, m2, v128.load(c + s12));
        const y0 = upper(t0, t1, t2), y1 = lower(t1, t2, t3), y2 = upper(u0, u1, u2), y3 = lower(u1, u2, u3);
        if (pooled) {
          storeMaximum(p, places ? at(places, o + f) : 0, i * width + j, width, y0, y1, y2, y3, b);
        } else {
          v128.store(p, f32x4.add(y0, b));
          if (right) v128.store(at(p, filters), f32x4.add(y1, b));
          if (below) v128.store(at(p, outWidth * filters), f32x4.add(y2, b));
          if (right && below) v128.store(at(p, (outWidth + 1) * filters), f32x4.add(y3, b));
        }
      }
    }
  }
}

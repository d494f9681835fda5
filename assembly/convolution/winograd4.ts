// Winograd's minimal filtering F(4x4, 3x3), as winograd.ts: 36 multiplies for a tile of 4 x 4 outputs in place of 144.
//
// Its points are 0, +-3/4, +-3/2 and infinity: rounding errors are about twice those of the direct form, and half those of the usual
// 0, +-1, +-2. Their powers are exact.
//
// An output that sees nothing but zeros would still get the rounding errors of its tile. It is made zero (before the bias), as
// in the direct form: at zero relu lets no gradient through. Where images have an empty background and biases begin at zero, the
// first steps of a training would follow those errors.

import { at } from "../lib/simd";
import { FACTORS, storeFactors, storeKernels, TILES4, transformInput4, transformOutput4 } from "./winograd4Tiles";
import { kernelSize, loadTap, matrixSize, multiply, storeMaximum } from "./winogradTiles";

/** As winogradTransformKernel, for the 36 i. Uses 72 floats behind u. */
export function winograd4TransformKernel(u: usize, w: usize, channels: i32, filters: i32, turned: i32): void {
  const next = kernelSize(channels, filters), scratch = at(u, 36 * next);
  for (let c = 0; c < channels; ++c) {
    for (let f = 0; f < filters; f += 4) {
      for (let b = 0; b < 3; ++b) {
        storeKernels(
          scratch + (<usize>b << 4), 48, loadTap(w, b, c, f, channels, filters, turned),
          loadTap(w, b + 3, c, f, channels, filters, turned), loadTap(w, b + 6, c, f, channels, filters, turned),
        );
      }
      const p = at(u, (f & ~7) * channels + c * 8 + (f & 7));
      for (let a = 0; a < 6; ++a) {
        const row = scratch + <usize>(a * 48);
        storeKernels(at(p, 6 * a * next), (<usize>next) << 2, v128.load(row), v128.load(row, 16), v128.load(row, 32));
      }
    }
  }
}

/**
 * As winogradForward, in tiles of 4 x 4. What of a tile is not in y is dropped.
 * scratch: 240 + TILES4 + FACTORS + 36 * (matrixSize(TILES4, channels) + matrixSize(TILES4, filters)) + 4 * (channels + 3) floats.
 */
export function winograd4Forward(
  samples: i32, y: usize, x: usize, u: usize, bias: usize, scratch: usize,
  height: i32, width: i32, channels: i32, outHeight: i32, outWidth: i32, filters: i32,
  top: i32, left: i32, tileRows: i32, tileColumns: i32,
): void {
  forward(
    samples, y, 0, x, u, bias, scratch, height, width, channels, outHeight, outWidth, filters, top, left, tileRows, tileColumns, 0,
  );
}

/** As winogradMaxPoolForward, in tiles of 2 x 2 windows, all of them in y. scratch: as of winograd4Forward. */
export function winograd4MaxPoolForward(
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
  // Of a tile: between the two steps of a transform, and four filters' outputs where not all of them go to y.
  const outputs = at(scratch, 144), blank = at(outputs, 64), factors = at(blank, TILES4), v = at(factors, FACTORS);
  const m = at(v, 36 * matrixSize(TILES4, channels));
  const step = (<usize>matrixSize(TILES4, filters)) << 2, pixel = (<usize>filters) << 2, pitch = <usize>outWidth * pixel;
  storeFactors(factors);
  for (let first = 0; first < tiles; first += TILES4) {
    const count = min(TILES4, tiles - first);
    transformInput4(v, blank, scratch, factors, x, first, count, top, left, tileRows, tileColumns, height, width, channels);
    multiply(v, u, 36, TILES4, count, channels, filters);
    for (let t = 0; t < count; ++t) {
      const row = (first + t) / tileColumns, sample = row / tileRows;
      const i = top + 4 * (row - sample * tileRows), j = left + 4 * ((first + t) - row * tileColumns);
      const rows = min(4, outHeight - i), columns = min(4, outWidth - j), zeros = load<i32>(at(blank, t));
      const products = at(m, t * filters), zero = f32x4.splat(0);
      for (let f = 0; f < filters; f += 4) {
        const start = bias ? v128.load(at(bias, f)) : zero;
        if (pooled) {
          transformOutput4(outputs, 64, 16, at(products, f), step, zeros, zero, scratch, factors);
          for (let window = 0; window < 4; ++window) {
            const a = window & 2, b = (window & 1) << 1, q = outputs + <usize>((a << 6) + (b << 4));
            const o = ((sample * outHeight + ((i + a) >> 1)) * outWidth + ((j + b) >> 1)) * filters + f;
            storeMaximum(
              at(y, o), places ? at(places, o) : 0, (i + a) * width + j + b, width,
              v128.load(q), v128.load(q, 16), v128.load(q, 64), v128.load(q, 80), start,
            );
          }
          continue;
        }
        const p = at(y, ((sample * outHeight + i) * outWidth + j) * filters + f);
        if (rows == 4 && columns == 4) {
          transformOutput4(p, pitch, pixel, at(products, f), step, zeros, start, scratch, factors);
          continue;
        }
        transformOutput4(outputs, 64, 16, at(products, f), step, zeros, start, scratch, factors);
        for (let a = 0; a < rows; ++a) {
          for (let b = 0; b < columns; ++b) {
            v128.store(p + <usize>a * pitch + <usize>b * pixel, v128.load(outputs + <usize>((a << 6) + (b << 4))));
          }
        }
      }
    }
  }
}

// Winograd's minimal filtering F(4x4, 3x3), as winograd.ts: 36 multiplies for a tile of 4 x 4 outputs in place of 144.
//
// Its points are 0, +-3/4, +-3/2 and infinity: rounding errors are about twice those of the direct form, and half those of the usual
// 0, +-1, +-2. Their powers are exact.
//
// An output that sees nothing but zeros would still get the rounding errors of its tile. It is made zero (before the bias), as
// in the direct form: at zero relu lets no gradient through. Where images have an empty background and biases begin at zero, the
// first steps of a training would follow those errors.

import { at } from "./simd";
import {
  output0, output1, output2, output3, storeKernels, TILES4, transformColumns, transformInput4, unlessBlank,
} from "./winograd4Tiles";
import { kernelSize, matrixSize, multiply, storeMaximum } from "./winogradTiles";

/**
 * u[i] = (G g G')[i] for the 36 i, each (channels, filters) in panels of 8, kernelSize apart; filters a multiple of 8. Uses 96 floats
 * behind u.
 */
export function winograd4TransformKernel(u: usize, w: usize, channels: i32, filters: i32): void {
  const size = channels * filters, next = kernelSize(channels, filters), scratch = at(u, 36 * next);
  for (let c = 0; c < channels; ++c) {
    for (let f = 0; f < filters; f += 4) {
      const g = at(w, c * filters + f);
      for (let b = 0; b < 3; ++b) {
        const column = at(g, b * size);
        storeKernels(scratch + (<usize>b << 4), 48, v128.load(column), v128.load(at(column, 3 * size)), v128.load(at(column, 6 * size)));
      }
      const p = at(u, (f & ~7) * channels + c * 8 + (f & 7));
      for (let a = 0; a < 6; ++a) {
        const row = scratch + <usize>(a * 48);
        storeKernels(at(p, 6 * a * next), (<usize>next) << 2, v128.load(row), v128.load(row, 16), v128.load(row, 32));
      }
    }
  }
}

/** The same of the kernels turned round, each (filters, channels): for the input gradient. Channels a multiple of 8, filters of 4. */
export function winograd4BackwardTransformKernel(u: usize, w: usize, channels: i32, filters: i32): void {
  const size = channels * filters, next = kernelSize(filters, channels), scratch = at(u, 36 * next), rows = at(scratch, 72);
  for (let c = 0; c < channels; ++c) {
    for (let f = 0; f < filters; f += 4) {
      const g = at(w, c * filters + f);
      for (let b = 0; b < 3; ++b) {
        const column = at(g, (2 - b) * size);
        storeKernels(scratch + (<usize>b << 4), 48, v128.load(at(column, 6 * size)), v128.load(at(column, 3 * size)), v128.load(column));
      }
      const p = at(u, (c & ~7) * filters + f * 8 + (c & 7));
      for (let a = 0; a < 6; ++a) {
        const row = scratch + <usize>(a * 48);
        storeKernels(rows, 16, v128.load(row), v128.load(row, 16), v128.load(row, 32));
        // Four filters to their rows of a panel.
        for (let b = 0; b < 6; ++b) {
          const q = at(p, (6 * a + b) * next), v = v128.load(rows + (<usize>b << 4));
          v128.store32_lane(q, v, 0);
          v128.store32_lane(q, v, 1, 32);
          v128.store32_lane(q, v, 2, 64);
          v128.store32_lane(q, v, 3, 96);
        }
      }
    }
  }
}

/**
 * As winogradForward, in tiles of 4 x 4. What of a tile is not in y is dropped.
 * scratch: 144 + TILES4 + 36 * (matrixSize(TILES4, channels) + matrixSize(TILES4, filters)) + 4 * (channels + 3) floats.
 */
export function winograd4Forward(
  samples: i32, y: usize, x: usize, u: usize, bias: usize, scratch: usize,
  height: i32, width: i32, channels: i32, outHeight: i32, outWidth: i32, filters: i32,
  top: i32, left: i32, tileRows: i32, tileColumns: i32,
): void {
  const tiles = samples * tileRows * tileColumns;
  const blanks = at(scratch, 144), v = at(blanks, TILES4), m = at(v, 36 * matrixSize(TILES4, channels));
  const step = (<usize>matrixSize(TILES4, filters)) << 2;
  for (let first = 0; first < tiles; first += TILES4) {
    const count = min(TILES4, tiles - first);
    transformInput4(v, blanks, scratch, x, first, count, top, left, tileRows, tileColumns, height, width, channels);
    multiply(v, u, 36, TILES4, count, channels, filters);
    for (let t = 0; t < count; ++t) {
      const row = (first + t) / tileColumns, sample = row / tileRows;
      const i = top + 4 * (row - sample * tileRows), j = left + 4 * ((first + t) - row * tileColumns);
      const rows = min(4, outHeight - i), columns = outWidth - j;
      for (let f = 0; f < filters; f += 4) {
        const b = bias ? v128.load(at(bias, f)) : f32x4.splat(0);
        transformColumns(scratch, at(m, t * filters + f), step);
        let p = at(y, ((sample * outHeight + i) * outWidth + j) * filters + f), q = scratch;
        for (let a = 0; a < rows; ++a) {
          const blank = load<i32>(at(blanks, t)) >> (4 * a);
          v128.store(p, f32x4.add(unlessBlank(output0(q), blank, 0), b));
          if (columns > 1) v128.store(at(p, filters), f32x4.add(unlessBlank(output1(q), blank, 1), b));
          if (columns > 2) v128.store(at(p, 2 * filters), f32x4.add(unlessBlank(output2(q), blank, 2), b));
          if (columns > 3) v128.store(at(p, 3 * filters), f32x4.add(unlessBlank(output3(q), blank, 3), b));
          p = at(p, outWidth * filters);
          q += 96;
        }
      }
    }
  }
}

/** As winogradMaxPoolForward, in tiles of 2 x 2 windows, all of them in y. scratch: as of winograd4Forward. */
export function winograd4MaxPoolForward(
  samples: i32, y: usize, places: usize, x: usize, u: usize, bias: usize, scratch: usize,
  height: i32, width: i32, channels: i32, outHeight: i32, outWidth: i32, filters: i32,
  top: i32, left: i32, tileRows: i32, tileColumns: i32,
): void {
  const tiles = samples * tileRows * tileColumns;
  const blanks = at(scratch, 144), v = at(blanks, TILES4), m = at(v, 36 * matrixSize(TILES4, channels));
  const step = (<usize>matrixSize(TILES4, filters)) << 2;
  for (let first = 0; first < tiles; first += TILES4) {
    const count = min(TILES4, tiles - first);
    transformInput4(v, blanks, scratch, x, first, count, top, left, tileRows, tileColumns, height, width, channels);
    multiply(v, u, 36, TILES4, count, channels, filters);
    for (let t = 0; t < count; ++t) {
      const row = (first + t) / tileColumns, sample = row / tileRows;
      const i = top + 4 * (row - sample * tileRows), j = left + 4 * ((first + t) - row * tileColumns);
      for (let f = 0; f < filters; f += 4) {
        const b = bias ? v128.load(at(bias, f)) : f32x4.splat(0);
        transformColumns(scratch, at(m, t * filters + f), step);
        for (let a = 0; a < 4; a += 2) {
          const q = scratch + <usize>(a * 96), pixel = (i + a) * width + j;
          const o = ((sample * outHeight + ((i + a) >> 1)) * outWidth + (j >> 1)) * filters + f, p = at(y, o);
          const place = places ? at(places, o) : 0, next = places ? at(place, filters) : 0;
          const blank = load<i32>(at(blanks, t)) >> (4 * a);
          storeMaximum(
            p, place, pixel, width, unlessBlank(output0(q), blank, 0), unlessBlank(output1(q), blank, 1),
            unlessBlank(output0(q + 96), blank, 4), unlessBlank(output1(q + 96), blank, 5), b,
          );
          storeMaximum(
            at(p, filters), next, pixel + 2, width, unlessBlank(output2(q), blank, 2), unlessBlank(output3(q), blank, 3),
            unlessBlank(output2(q + 96), blank, 6), unlessBlank(output3(q + 96), blank, 7), b,
          );
        }
      }
    }
  }
}

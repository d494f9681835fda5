// The gradient of Winograd's form (winograd.ts) where dy is dense enough: the transpose of what the forward pass does,
// and so takes 16 multiplies for 36 as well.
//
//   dg = G' [ sum over tiles of (B' d B) * (A dy A') ] G,  d the 4 x 4 inputs of a tile, dy the gradients of its 2 x 2 outputs
//
// The input gradient is a convolution itself: of dy between zeros, with the kernels turned round. So it is winogradForward or
// winograd4Forward, and only the kernel gradient is here.

import { at } from "../lib/simd";
import { outer4x8 } from "../lib/tile";
import { matrixSize, TILES, transformInput } from "../convolution/winogradTiles";

/** m[i] = (A dy A')[i] for `count` tiles from number `first` on, each in panels of 8 filters; outputs outside of dy are zeros. */
function transformGradient(
  m: usize, dy: usize, first: i32, count: i32, tileRows: i32, tileColumns: i32,
  outHeight: i32, outWidth: i32, filters: i32,
): void {
  const step = (<usize>matrixSize(TILES, filters)) << 2, zero = f32x4.splat(0);
  for (let t = 0; t < count; ++t) {
    const row = (first + t) / tileColumns, sample = row / tileRows;
    const i = 2 * (row - sample * tileRows), j = 2 * ((first + t) - row * tileColumns);
    const base = at(dy, ((sample * outHeight + i) * outWidth + j) * filters);
    const right = j + 1 < outWidth, below = i + 1 < outHeight;
    for (let f = 0; f < filters; f += 4) {
      const q = at(base, f), under = at(q, outWidth * filters);
      const p = at(m, (f & ~7) * TILES + t * 8 + (f & 7));
      const y00 = v128.load(q), y01 = right ? v128.load(at(q, filters)) : zero;
      const y10 = below ? v128.load(under) : zero, y11 = right && below ? v128.load(at(under, filters)) : zero;
      storeColumns(p, step, y00, y01);
      storeColumns(p + 4 * step, step, f32x4.add(y00, y10), f32x4.add(y01, y11));
      storeColumns(p + 8 * step, step, f32x4.sub(y00, y10), f32x4.sub(y01, y11));
      storeColumns(p + 12 * step, step, f32x4.neg(y10), f32x4.neg(y11));
    }
  }
}

// @ts-ignore: decorator
@inline
function storeColumns(p: usize, step: usize, left: v128, right: v128): void {
  v128.store(p, left);
  v128.store(p + step, f32x4.add(left, right));
  v128.store(p + 2 * step, f32x4.sub(left, right));
  v128.store(p + 3 * step, f32x4.neg(right));
}

/**
 * dw += the kernel gradient of winogradForward; channels a multiple of 4, filters of 8.
 * scratch: 16 * (matrixSize(TILES, channels) + matrixSize(TILES, filters) + channels * filters) floats.
 */
export function winogradBackwardKernelAdd(
  samples: i32, dw: usize, dy: usize, x: usize, scratch: usize,
  height: i32, width: i32, channels: i32, outHeight: i32, outWidth: i32, filters: i32,
): void {
  const tileRows = (outHeight + 1) >> 1, tileColumns = (outWidth + 1) >> 1;
  const tiles = samples * tileRows * tileColumns, size = channels * filters;
  const m = at(scratch, 16 * matrixSize(TILES, channels)), du = at(m, 16 * matrixSize(TILES, filters));
  memory.fill(du, 0, (<usize>(16 * size)) << 2);
  for (let first = 0; first < tiles; first += TILES) {
    const count = min(TILES, tiles - first);
    transformInput(scratch, 16, TILES * 16, x, first, count, 0, 0, tileRows, tileColumns, height, width, channels);
    transformGradient(m, dy, first, count, tileRows, tileColumns, outHeight, outWidth, filters);
    for (let i = 0; i < 16; ++i) {
      for (let c = 0; c < channels; c += 4) {
        for (let f = 0; f < filters; f += 8) {
          outer4x8(
            at(du, i * size + c * filters + f), (<usize>filters) << 2, 4, 8,
            at(scratch, i * matrixSize(TILES, channels) + c * TILES), 16, at(m, i * matrixSize(TILES, filters) + f * TILES), 32, count,
          );
        }
      }
    }
  }
  for (let e = 0; e < size; e += 4) {
    const p = at(du, e), q = at(dw, e);
    for (let a = 0; a < 3; ++a) {
      const d0 = gathered(p, a, size), d1 = gathered(at(p, size), a, size);
      const d2 = gathered(at(p, 2 * size), a, size), d3 = gathered(at(p, 3 * size), a, size);
      const half = f32x4.splat(0.5), sum = f32x4.mul(half, f32x4.add(d1, d2));
      add(at(q, 3 * a * size), f32x4.add(d0, sum));
      add(at(q, (3 * a + 1) * size), f32x4.mul(half, f32x4.sub(d1, d2)));
      add(at(q, (3 * a + 2) * size), f32x4.add(sum, d3));
    }
  }
}

/** Row a of G' times the column of du that begins at p. */
// @ts-ignore: decorator
@inline
function gathered(p: usize, a: i32, size: i32): v128 {
  const d1 = v128.load(at(p, 4 * size)), d2 = v128.load(at(p, 8 * size)), half = f32x4.splat(0.5);
  if (a == 1) return f32x4.mul(half, f32x4.sub(d1, d2));
  return f32x4.add(f32x4.mul(half, f32x4.add(d1, d2)), v128.load(at(p, a == 0 ? 0 : 12 * size)));
}

// @ts-ignore: decorator
@inline
function add(p: usize, v: v128): void {
  v128.store(p, f32x4.add(v128.load(p), v));
}

// The transforms of winograd4.ts.

import { at } from "../lib/simd";
import { matrixSize } from "./winogradTiles";

/** Tiles in a block: the 36 products are [TILES4 x channels][channels x filters]. */
// @ts-ignore: decorator
@inline
export const TILES4 = 16;

// Powers of the points a = 3/4 and b = 3/2.
// @ts-ignore: decorator
@inline
const A: f32 = 0.75;
// @ts-ignore: decorator
@inline
const A2: f32 = 0.5625;
// @ts-ignore: decorator
@inline
const A3: f32 = 0.421875;
// @ts-ignore: decorator
@inline
const B: f32 = 1.5;
// @ts-ignore: decorator
@inline
const B2: f32 = 2.25;
// @ts-ignore: decorator
@inline
const B3: f32 = 3.375;

// @ts-ignore: decorator
@inline
function times(s: f32, v: v128): v128 {
  return f32x4.mul(f32x4.splat(s), v);
}

/** p[i] = (B' d)[i]: row i has the coefficients of the product of (x - q) over the points q other than its own. */
// @ts-ignore: decorator
@inline
function storeInputs(p: usize, step: usize, d0: v128, d1: v128, d2: v128, d3: v128, d4: v128, d5: v128): void {
  v128.store(p, f32x4.add(f32x4.sub(times(A2 * B2, d0), times(A2 + B2, d2)), d4));
  let even = f32x4.sub(d4, times(B2, d2)), odd = times(A, f32x4.sub(d3, times(B2, d1)));
  v128.store(p + step, f32x4.add(even, odd));
  v128.store(p + 2 * step, f32x4.sub(even, odd));
  even = f32x4.sub(d4, times(A2, d2));
  odd = times(B, f32x4.sub(d3, times(A2, d1)));
  v128.store(p + 3 * step, f32x4.add(even, odd));
  v128.store(p + 4 * step, f32x4.sub(even, odd));
  v128.store(p + 5 * step, f32x4.add(f32x4.sub(times(A2 * B2, d1), times(A2 + B2, d3)), d5));
}

/** p[i] = (G g)[i]: the value of g0 + g1 x + g2 x^2 at the points, divided by the product of their distances from the others. */
export function storeKernels(p: usize, step: usize, g0: v128, g1: v128, g2: v128): void {
  const atA: f32 = 1 / (2 * A2 * (A2 - B2)), atB: f32 = 1 / (2 * B2 * (B2 - A2));
  v128.store(p, times(1 / (A2 * B2), g0));
  let even = times(atA, f32x4.add(g0, times(A2, g2))), odd = times(atA * A, g1);
  v128.store(p + step, f32x4.add(even, odd));
  v128.store(p + 2 * step, f32x4.sub(even, odd));
  even = times(atB, f32x4.add(g0, times(B2, g2)));
  odd = times(atB * B, g1);
  v128.store(p + 3 * step, f32x4.add(even, odd));
  v128.store(p + 4 * step, f32x4.sub(even, odd));
  v128.store(p + 5 * step, g2);
}

/** Whether a pixel is zero in all channels. */
// @ts-ignore: decorator
@inline
function isZero(pixel: usize, channels: i32): i32 {
  for (let c = 0; c < channels; c += 4) {
    if (v128.any_true(f32x4.ne(v128.load(at(pixel, c)), f32x4.splat(0)))) return 0;
  }
  return 1;
}

/** Bit 4 a + b is set where output (a, b) of a tile sees nothing but zeros. The tile's inputs begin at row i, column j of x. */
function blankOutputs(x: usize, i: i32, j: i32, height: i32, width: i32, channels: i32): i32 {
  let blank = 0, before = 0, last = 0;
  for (let a = 0; a < 6; ++a) {
    let zeros = 0;
    for (let b = 0; b < 6; ++b) {
      const pixel = min(i + a, height - 1) * width + min(j + b, width - 1);
      zeros |= isZero(at(x, pixel * channels), channels) << b;
    }
    // Three in a row, then three such rows.
    const row = zeros & (zeros >> 1) & (zeros >> 2);
    if (a >= 2) blank |= (before & last & row) << (4 * (a - 2));
    before = last;
    last = row;
  }
  return blank;
}

/** v[i][tile] = (B' d B)[i], see transformInput in winogradTiles.ts; blank[tile] = blankOutputs. scratch: 144 floats. */
export function transformInput4(
  v: usize, blank: usize, scratch: usize, x: usize, first: i32, count: i32,
  top: i32, left: i32, tileRows: i32, tileColumns: i32, height: i32, width: i32, channels: i32,
): void {
  const step = (<usize>matrixSize(TILES4, channels)) << 2, pitch = width * channels;
  for (let t = 0; t < count; ++t) {
    const row = (first + t) / tileColumns, sample = row / tileRows;
    const i = top + 4 * (row - sample * tileRows), j = left + 4 * ((first + t) - row * tileColumns);
    const base = at(x, sample * height * pitch);
    const r0 = i * pitch, r1 = min(i + 1, height - 1) * pitch, r2 = min(i + 2, height - 1) * pitch;
    const r3 = min(i + 3, height - 1) * pitch, r4 = min(i + 4, height - 1) * pitch, r5 = min(i + 5, height - 1) * pitch;
    store<i32>(at(blank, t), blankOutputs(base, i, j, height, width, channels));
    for (let c = 0; c < channels; c += 4) {
      for (let b = 0; b < 6; ++b) {
        const q = at(base, min(j + b, width - 1) * channels + c);
        storeInputs(
          scratch + (<usize>b << 4), 96, v128.load(at(q, r0)), v128.load(at(q, r1)), v128.load(at(q, r2)),
          v128.load(at(q, r3)), v128.load(at(q, r4)), v128.load(at(q, r5)),
        );
      }
      let p = at(v, t * channels + c);
      for (let a = 0; a < 6; ++a) {
        const q = scratch + <usize>(a * 96);
        storeInputs(
          p, step, v128.load(q), v128.load(q, 16), v128.load(q, 32), v128.load(q, 48), v128.load(q, 64), v128.load(q, 80),
        );
        p += 6 * step;
      }
    }
  }
}

/** p[a] = (A' m)[a]: the powers of the points, summed. */
// @ts-ignore: decorator
@inline
function storeOutputs(p: usize, step: usize, m0: v128, m1: v128, m2: v128, m3: v128, m4: v128, m5: v128): void {
  const sumA = f32x4.add(m1, m2), sumB = f32x4.add(m3, m4), overA = f32x4.sub(m1, m2), overB = f32x4.sub(m3, m4);
  v128.store(p, f32x4.add(f32x4.add(m0, sumA), sumB));
  v128.store(p + step, f32x4.add(times(A, overA), times(B, overB)));
  v128.store(p + 2 * step, f32x4.add(times(A2, sumA), times(B2, sumB)));
  v128.store(p + 3 * step, f32x4.add(f32x4.add(times(A3, overA), times(B3, overB)), m5));
}

/**
 * y = A' m A for four filters: rows of four outputs, 96 bytes apart; zeros where `blank` says so. The products m lie `step` bytes
 * apart. y: 96 floats.
 */
export function transformOutput4(y: usize, m: usize, step: usize, blank: i32): void {
  for (let b = 0; b < 6; ++b) {
    const p = m + <usize>b * step;
    storeOutputs(
      y + (<usize>b << 4), 96, v128.load(p), v128.load(p + 6 * step), v128.load(p + 12 * step), v128.load(p + 18 * step),
      v128.load(p + 24 * step), v128.load(p + 30 * step),
    );
  }
  for (let a = 0; a < 4; ++a) {
    const p = y + <usize>(a * 96);
    storeOutputs(
      p, 16, v128.load(p), v128.load(p, 16), v128.load(p, 32), v128.load(p, 48), v128.load(p, 64), v128.load(p, 80),
    );
  }
  for (; blank; blank &= blank - 1) {
    const output = ctz(blank);
    v128.store(y + <usize>((output >> 2) * 96 + (output & 3) * 16), f32x4.splat(0));
  }
}

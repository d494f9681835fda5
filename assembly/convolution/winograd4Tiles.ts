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

/** Floats of what storeFactors writes. */
// @ts-ignore: decorator
@inline
export const FACTORS = 32;

/** The factors of both transforms, four times each: V8 makes a constant anew wherever it is used, in three instructions. */
export function storeFactors(p: usize): void {
  v128.store(p, f32x4.splat(A));
  v128.store(p, f32x4.splat(B), 16);
  v128.store(p, f32x4.splat(A2), 32);
  v128.store(p, f32x4.splat(B2), 48);
  v128.store(p, f32x4.splat(A3), 64);
  v128.store(p, f32x4.splat(B3), 80);
  v128.store(p, f32x4.splat(A2 * B2), 96);
  v128.store(p, f32x4.splat(A2 + B2), 112);
}

/**
 * p[i] = (B' d)[i]: row i has the coefficients of the product of (x - q) over the points q other than its own. The rows lie `step` bytes
 * apart; s2, s3 ... are multiples of it.
 */
// @ts-ignore: decorator
@inline
function storeInputs(
  p: usize, step: usize, s2: usize, s3: usize, s4: usize, s5: usize, d0: v128, d1: v128, d2: v128, d3: v128, d4: v128, d5: v128,
  a: v128, b: v128, a2: v128, b2: v128, product: v128, sum: v128,
): void {
  v128.store(p, f32x4.add(f32x4.sub(f32x4.mul(product, d0), f32x4.mul(sum, d2)), d4));
  let even = f32x4.sub(d4, f32x4.mul(b2, d2)), odd = f32x4.mul(a, f32x4.sub(d3, f32x4.mul(b2, d1)));
  v128.store(p + step, f32x4.add(even, odd));
  v128.store(p + s2, f32x4.sub(even, odd));
  even = f32x4.sub(d4, f32x4.mul(a2, d2));
  odd = f32x4.mul(b, f32x4.sub(d3, f32x4.mul(a2, d1)));
  v128.store(p + s3, f32x4.add(even, odd));
  v128.store(p + s4, f32x4.sub(even, odd));
  v128.store(p + s5, f32x4.add(f32x4.sub(f32x4.mul(product, d1), f32x4.mul(sum, d3)), d5));
}

/** p[i] = (G g)[i]: the value of g0 + g1 x + g2 x^2 at the points, divided by the product of their distances from the others. */
export function storeKernels(p: usize, step: usize, g0: v128, g1: v128, g2: v128): void {
  const atA: f32 = 1 / (2 * A2 * (A2 - B2)), atB: f32 = 1 / (2 * B2 * (B2 - A2));
  v128.store(p, times(1 / (A2 * B2), g0));
  let even = times(atA, f32x4.add(g0, times(A2, g2))), odd = times(atA * A, g1);
  v128.store(p + step, f32x4.add(even, odd));
  v128.store(p + step * 2, f32x4.sub(even, odd));
  even = times(atB, f32x4.add(g0, times(B2, g2)));
  odd = times(atB * B, g1);
  v128.store(p + step * 3, f32x4.add(even, odd));
  v128.store(p + step * 4, f32x4.sub(even, odd));
  v128.store(p + step * 5, g2);
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
  // Each output sees one of the four inputs in the middle.
  if (i + 3 < height && j + 3 < width) {
    const above = at(x, ((i + 2) * width + j + 2) * channels), below = at(above, width * channels);
    const isZeroAbove = isZero(above, channels) | isZero(at(above, channels), channels);
    if (!(isZeroAbove | isZero(below, channels) | isZero(at(below, channels), channels))) return 0;
  }
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

/**
 * v[i][tile] = (B' d B)[i], see transformInput in winogradTiles.ts; blank[tile] = blankOutputs. scratch: 144 floats; factors: those of
 * storeFactors.
 */
export function transformInput4(
  v: usize, blank: usize, scratch: usize, factors: usize, x: usize, first: i32, count: i32,
  top: i32, left: i32, tileRows: i32, tileColumns: i32, height: i32, width: i32, channels: i32,
): void {
  const step = (<usize>matrixSize(TILES4, channels)) << 2, pixel = (<usize>channels) << 2, pitch = <usize>width * pixel;
  const s2 = step * 2, s3 = step * 3, s4 = step * 4, s5 = step * 5, s6 = step * 6;
  const a = v128.load(factors), b = v128.load(factors, 16), a2 = v128.load(factors, 32), b2 = v128.load(factors, 48);
  const product = v128.load(factors, 96), sum = v128.load(factors, 112);
  for (let t = 0; t < count; ++t) {
    const row = (first + t) / tileColumns, sample = row / tileRows;
    const i = top + 4 * (row - sample * tileRows), j = left + 4 * ((first + t) - row * tileColumns);
    const base = x + <usize>(sample * height) * pitch, last = height - 1;
    store<i32>(at(blank, t), blankOutputs(base, i, j, height, width, channels));
    let x0 = base + <usize>i * pitch, x1 = base + <usize>min(i + 1, last) * pitch, x2 = base + <usize>min(i + 2, last) * pitch;
    let x3 = base + <usize>min(i + 3, last) * pitch, x4 = base + <usize>min(i + 4, last) * pitch;
    let x5 = base + <usize>min(i + 5, last) * pitch, p = at(v, t * channels);
    for (let c = 0; c < channels; c += 4) {
      for (let k = 0; k < 6; ++k) {
        const o = <usize>min(j + k, width - 1) * pixel;
        storeInputs(
          scratch + (<usize>k << 4), 96, 192, 288, 384, 480, v128.load(x0 + o), v128.load(x1 + o), v128.load(x2 + o),
          v128.load(x3 + o), v128.load(x4 + o), v128.load(x5 + o), a, b, a2, b2, product, sum,
        );
      }
      let to = p, q = scratch;
      for (const end = scratch + 576; q < end; q += 96) {
        storeInputs(
          to, step, s2, s3, s4, s5, v128.load(q), v128.load(q, 16), v128.load(q, 32), v128.load(q, 48), v128.load(q, 64),
          v128.load(q, 80), a, b, a2, b2, product, sum,
        );
        to += s6;
      }
      x0 += 16;
      x1 += 16;
      x2 += 16;
      x3 += 16;
      x4 += 16;
      x5 += 16;
      p += 16;
    }
  }
}

/** p[a] = (A' m)[a] + bias: the powers of the points, summed. Four rows, `step` bytes apart; s2 and s3 are multiples of it. */
// @ts-ignore: decorator
@inline
function storeOutputs(
  p: usize, step: usize, s2: usize, s3: usize, m0: v128, m1: v128, m2: v128, m3: v128, m4: v128, m5: v128,
  a: v128, b: v128, a2: v128, b2: v128, a3: v128, b3: v128, bias: v128, isLast: bool,
): void {
  const sumA = f32x4.add(m1, m2), sumB = f32x4.add(m3, m4), overA = f32x4.sub(m1, m2), overB = f32x4.sub(m3, m4);
  const y0 = f32x4.add(f32x4.add(m0, sumA), sumB), y1 = f32x4.add(f32x4.mul(a, overA), f32x4.mul(b, overB));
  const y2 = f32x4.add(f32x4.mul(a2, sumA), f32x4.mul(b2, sumB));
  const y3 = f32x4.add(f32x4.add(f32x4.mul(a3, overA), f32x4.mul(b3, overB)), m5);
  v128.store(p, isLast ? f32x4.add(y0, bias) : y0);
  v128.store(p + step, isLast ? f32x4.add(y1, bias) : y1);
  v128.store(p + s2, isLast ? f32x4.add(y2, bias) : y2);
  v128.store(p + s3, isLast ? f32x4.add(y3, bias) : y3);
}

/**
 * y = A' m A + bias for four filters: four rows `pitch` bytes apart, of four outputs `pixel` bytes apart; bias where `blank` says so. The
 * products m lie `step` bytes apart. scratch: 96 floats, factors: those of storeFactors.
 */
export function transformOutput4(
  y: usize, pitch: usize, pixel: usize, m: usize, step: usize, blank: i32, bias: v128, scratch: usize, factors: usize,
): void {
  const a = v128.load(factors), b = v128.load(factors, 16), a2 = v128.load(factors, 32), b2 = v128.load(factors, 48);
  const a3 = v128.load(factors, 64), b3 = v128.load(factors, 80);
  const s6 = step * 6, s12 = step * 12, s18 = step * 18, s24 = step * 24, s30 = step * 30;
  let q = scratch;
  for (const end = scratch + 96; q < end; q += 16) {
    storeOutputs(
      q, 96, 192, 288, v128.load(m), v128.load(m + s6), v128.load(m + s12), v128.load(m + s18), v128.load(m + s24),
      v128.load(m + s30), a, b, a2, b2, a3, b3, bias, false,
    );
    m += step;
  }
  const pixel2 = pixel * 2, pixel3 = pixel * 3;
  let p = y;
  q = scratch;
  for (const end = scratch + 384; q < end; q += 96) {
    storeOutputs(
      p, pixel, pixel2, pixel3, v128.load(q), v128.load(q, 16), v128.load(q, 32), v128.load(q, 48), v128.load(q, 64), v128.load(q, 80),
      a, b, a2, b2, a3, b3, bias, true,
    );
    p += pitch;
  }
  for (; blank; blank &= blank - 1) {
    const output = ctz(blank);
    v128.store(y + <usize>(output >> 2) * pitch + <usize>(output & 3) * pixel, f32x4.add(f32x4.splat(0), bias));
  }
}

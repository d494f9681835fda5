// The register tiles of all dense products.

import { at, madd, storeLanes } from "./simd";

// V8 can make 256-bit vectors of pairs of neighbours (docs/performance.md), where a pair and all it is made of stand in one block each:
// so a bias is loaded without an `if`, and whole panels are stored apart from the last, narrow one.

/** Four numbers of the bias; zeros without branches where there is none: then `mask` is zero and `bias` any address. */
// @ts-ignore: decorator
@inline
export function start(bias: usize, mask: v128, offset: usize): v128 {
  return v128.and(v128.load(bias + offset), mask);
}

/**
 * y[i][0..8) = bias + sum over j < k of quads[j][i] panel[j], four rows at once, `stride` bytes apart in y; see quad.ts. `mask` is of
 * `start`. Eight accumulators, two panel vectors and one broadcast: 11 of the 15 registers V8 has (6x8 spills and halves the speed; 5x8
 * is 4 % faster on V8 13 and 14, and half as fast on V8 11).
 */
// @ts-ignore: decorator
@inline
function tile4x8(
  y: usize, stride: usize, quads: usize, panel: usize, bias: usize, mask: v128, k: i32, isWhole: bool, columns: i32,
): void {
  let a00 = start(bias, mask, 0), a01 = start(bias, mask, 16);
  let a10 = a00, a11 = a01, a20 = a00, a21 = a01, a30 = a00, a31 = a01;
  const end = panel + ((<usize>k) << 5);
  for (let w = panel; w < end; w += 32) {
    const w0 = v128.load(w), w1 = v128.load(w, 16);
    let b = v128.load32_splat(quads);
    a00 = madd(b, w0, a00);
    a01 = madd(b, w1, a01);
    b = v128.load32_splat(quads, 4);
    a10 = madd(b, w0, a10);
    a11 = madd(b, w1, a11);
    b = v128.load32_splat(quads, 8);
    a20 = madd(b, w0, a20);
    a21 = madd(b, w1, a21);
    b = v128.load32_splat(quads, 12);
    a30 = madd(b, w0, a30);
    a31 = madd(b, w1, a31);
    quads += 16;
  }
  if (isWhole) {
    store8(y, a00, a01);
    store8(y + stride, a10, a11);
    store8(y + 2 * stride, a20, a21);
    store8(y + 3 * stride, a30, a31);
  } else {
    storeRow(y, a00, a01, columns);
    storeRow(y + stride, a10, a11, columns);
    storeRow(y + 2 * stride, a20, a21, columns);
    storeRow(y + 3 * stride, a30, a31, columns);
  }
}

// @ts-ignore: decorator
@inline
function store8(y: usize, v0: v128, v1: v128): void {
  v128.store(y, v0);
  v128.store(y, v1, 16);
}

/** All columns of four rows. */
export function fourRows(y: usize, quads: usize, panels: usize, bias: usize, k: i32, n: i32): void {
  const stride = (<usize>n) << 2;
  const mask = i32x4.splat(bias ? -1 : 0);
  let j = 0;
  for (; j + 8 <= n; j += 8) {
    const panel = at(panels, j * k);
    tile4x8(at(y, j), stride, quads, panel, bias ? at(bias, j) : panel, mask, k, true, 8);
  }
  if (j == n) return;
  const panel = at(panels, j * k);
  tile4x8(at(y, j), stride, quads, panel, bias ? at(bias, j) : panel, mask, k, false, n - j);
}

/** The first min(columns, 8) of eight numbers. */
// @ts-ignore: decorator
@inline
export function storeRow(y: usize, v0: v128, v1: v128, columns: i32): void {
  if (columns >= 8) {
    v128.store(y, v0);
    v128.store(y, v1, 16);
  } else {
    storeLanes(y, v0, columns);
    storeLanes(y + 16, v1, columns - 4);
  }
}

/**
 * y[i][0..16) = bias + x_i . two panels, two rows at once. Each number is the sum that tile4x8 makes, to the bit. Where there
 * is one panel only it is taken twice.
 */
// @ts-ignore: decorator
@inline
export function tile2x16(
  y0: usize, y1: usize, x0: usize, x1: usize, panel: usize, bias: usize, mask: v128, columns: i32, k: i32,
): void {
  let a00 = start(bias, mask, 0), a01 = start(bias, mask, 16), a02 = start(bias, mask, 32), a03 = start(bias, mask, 48);
  let a10 = a00, a11 = a01, a12 = a02, a13 = a03;
  const end = panel + ((<usize>k) << 5), next = columns > 8 ? (<usize>k) << 5 : 0;
  let o: usize = 0;
  for (let w = panel; w < end; w += 32) {
    const b0 = v128.load32_splat(x0 + o), b1 = v128.load32_splat(x1 + o);
    let v = v128.load(w);
    a00 = madd(b0, v, a00);
    a10 = madd(b1, v, a10);
    v = v128.load(w, 16);
    a01 = madd(b0, v, a01);
    a11 = madd(b1, v, a11);
    v = v128.load(w + next);
    a02 = madd(b0, v, a02);
    a12 = madd(b1, v, a12);
    v = v128.load(w + next, 16);
    a03 = madd(b0, v, a03);
    a13 = madd(b1, v, a13);
    o += 4;
  }
  if (columns >= 16) {
    store8(y0, a00, a01);
    store8(y0 + 32, a02, a03);
    store8(y1, a10, a11);
    store8(y1 + 32, a12, a13);
  } else {
    storeRow(y0, a00, a01, columns);
    storeRow(y0 + 32, a02, a03, columns - 8);
    storeRow(y1, a10, a11, columns);
    storeRow(y1 + 32, a12, a13, columns - 8);
  }
}

/** The same for one row: half the multiplies that tile2x16 would spend on it. */
// @ts-ignore: decorator
@inline
export function tile1x16(y: usize, x: usize, panel: usize, bias: usize, mask: v128, columns: i32, k: i32): void {
  let a0 = start(bias, mask, 0), a1 = start(bias, mask, 16), a2 = start(bias, mask, 32), a3 = start(bias, mask, 48);
  const end = panel + ((<usize>k) << 5), next = columns > 8 ? (<usize>k) << 5 : 0;
  for (let w = panel; w < end; w += 32) {
    const b = v128.load32_splat(x);
    a0 = madd(b, v128.load(w), a0);
    a1 = madd(b, v128.load(w, 16), a1);
    a2 = madd(b, v128.load(w + next), a2);
    a3 = madd(b, v128.load(w + next, 16), a3);
    x += 4;
  }
  if (columns >= 16) {
    store8(y, a0, a1);
    store8(y + 32, a2, a3);
  } else {
    storeRow(y, a0, a1, columns);
    storeRow(y + 32, a2, a3, columns - 8);
  }
}

/**
 * The last rows, up to three. Shards are often of a few samples: filling 4 x 8 up by repeating the last one took twice the time
 * for two rows, and 3.3 times for one.
 */
export function leftRows(c: usize, a: usize, rows: i32, panels: usize, bias: usize, k: i32, n: i32): void {
  const mask = i32x4.splat(bias ? -1 : 0);
  if (rows >= 2) {
    const c1 = at(c, n), a1 = at(a, k);
    for (let j = 0; j < n; j += 16) {
      tile2x16(at(c, j), at(c1, j), a, a1, at(panels, j * k), bias ? at(bias, j) : panels, mask, n - j, k);
    }
    c = at(c1, n);
    a = at(a1, k);
  }
  if (rows % 2) {
    for (let j = 0; j < n; j += 16) {
      tile1x16(at(c, j), a, at(panels, j * k), bias ? at(bias, j) : panels, mask, n - j, k);
    }
  }
}

/**
 * c[i][0..8) += sum over p < count of a[p][i] b[p][0..8), i < 4: the tile of products a^T b. Rows lie `stride` bytes apart;
 * `rows` and `columns` of c exist.
 */
// @ts-ignore: decorator
@inline
export function outer4x8(
  c: usize, strideC: usize, rows: i32, columns: i32, a: usize, strideA: usize, b: usize, strideB: usize, count: i32,
): void {
  let a00 = f32x4.splat(0), a01 = a00, a10 = a00, a11 = a00, a20 = a00, a21 = a00, a30 = a00, a31 = a00;
  for (let p = 0; p < count; ++p) {
    const b0 = v128.load(b), b1 = v128.load(b, 16);
    let s = v128.load32_splat(a);
    a00 = madd(s, b0, a00);
    a01 = madd(s, b1, a01);
    s = v128.load32_splat(a, 4);
    a10 = madd(s, b0, a10);
    a11 = madd(s, b1, a11);
    s = v128.load32_splat(a, 8);
    a20 = madd(s, b0, a20);
    a21 = madd(s, b1, a21);
    s = v128.load32_splat(a, 12);
    a30 = madd(s, b0, a30);
    a31 = madd(s, b1, a31);
    a += strideA;
    b += strideB;
  }
  if (rows >= 4 && columns >= 8) {
    add8(c, a00, a01);
    add8(c + strideC, a10, a11);
    add8(c + 2 * strideC, a20, a21);
    add8(c + 3 * strideC, a30, a31);
    return;
  }
  addRow(c, a00, a01, columns);
  if (rows > 1) addRow(c + strideC, a10, a11, columns);
  if (rows > 2) addRow(c + 2 * strideC, a20, a21, columns);
  if (rows > 3) addRow(c + 3 * strideC, a30, a31, columns);
}

// @ts-ignore: decorator
@inline
function add8(c: usize, v0: v128, v1: v128): void {
  store8(c, f32x4.add(v128.load(c), v0), f32x4.add(v128.load(c, 16), v1));
}

// @ts-ignore: decorator
@inline
function addRow(c: usize, v0: v128, v1: v128, columns: i32): void {
  storeRow(c, f32x4.add(v128.load(c), v0), f32x4.add(v128.load(c, 16), v1), columns);
}

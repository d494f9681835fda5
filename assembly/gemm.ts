// Matrix products. Row-major matrices; the right-hand matrix is packed in panels of 8 columns ([n/8][k][8], the last
// panel filled with zeros), so that the tile (tile.ts) reads it in one stream.

import { at, madd, storeLanes } from "./simd";
import { tile4x8 } from "./tile";

/** panels of b: b is (k, n). */
export function gemmPack(panels: usize, b: usize, k: i32, n: i32): void {
  for (let j = 0; j < n; j += 8) {
    const columns = min(n - j, 8);
    for (let i = 0; i < k; ++i) {
      for (let c = 0; c < 8; ++c) {
        store<f32>(at(panels, c), c < columns ? load<f32>(at(b, i * n + j + c)) : 0);
      }
      panels += 32;
    }
  }
}

/** panels of b transposed: b is (n, k). */
export function gemmPackTransposed(panels: usize, b: usize, k: i32, n: i32): void {
  for (let j = 0; j < n; j += 8) {
    const columns = min(n - j, 8);
    for (let i = 0; i < k; ++i) {
      for (let c = 0; c < 8; ++c) {
        store<f32>(at(panels, c), c < columns ? load<f32>(at(b, (j + c) * k + i)) : 0);
      }
      panels += 32;
    }
  }
}

/** c = a b + bias: a is (samples * rows, k), b is (k, n) in panels, bias is (n) or null. */
export function gemmNN(
  samples: i32, c: usize, a: usize, panels: usize, bias: usize, rows: i32, k: i32, n: i32,
): void {
  const last = samples * rows - 1;
  for (let i = 0; i <= last; i += 4) {
    const i1 = min(i + 1, last), i2 = min(i + 2, last), i3 = min(i + 3, last);
    const a0 = at(a, i * k), a1 = at(a, i1 * k), a2 = at(a, i2 * k), a3 = at(a, i3 * k);
    for (let j = 0; j < n; j += 8) {
      tile4x8(
        at(c, i * n + j), at(c, i1 * n + j), at(c, i2 * n + j), at(c, i3 * n + j), a0, a1, a2, a3,
        at(panels, j * k), bias ? at(bias, j) : 0, n - j, 1, k, 0,
      );
    }
  }
}

/** c += a^T b: a is (samples * rows, k), b is (samples * rows, n), c is (k, n). The kernel gradient of a dense layer. */
export function gemmTNAdd(samples: i32, c: usize, a: usize, b: usize, rows: i32, k: i32, n: i32): void {
  const m = samples * rows;
  const strideA = (<usize>k) << 2, strideB = (<usize>n) << 2;
  for (let i = 0; i < k; i += 4) {
    for (let j = 0; j < n; j += 8) {
      let a00 = f32x4.splat(0), a01 = a00, a10 = a00, a11 = a00, a20 = a00, a21 = a00, a30 = a00, a31 = a00;
      let pa = at(a, i), pb = at(b, j);
      for (let p = 0; p < m; ++p) {
        const b0 = v128.load(pb), b1 = v128.load(pb, 16);
        let s = v128.load32_splat(pa);
        a00 = madd(s, b0, a00);
        a01 = madd(s, b1, a01);
        s = v128.load32_splat(pa, 4);
        a10 = madd(s, b0, a10);
        a11 = madd(s, b1, a11);
        s = v128.load32_splat(pa, 8);
        a20 = madd(s, b0, a20);
        a21 = madd(s, b1, a21);
        s = v128.load32_splat(pa, 12);
        a30 = madd(s, b0, a30);
        a31 = madd(s, b1, a31);
        pa += strideA;
        pb += strideB;
      }
      const rowsLeft = k - i, columns = n - j;
      addRow(at(c, i * n + j), a00, a01, columns);
      if (rowsLeft > 1) addRow(at(c, (i + 1) * n + j), a10, a11, columns);
      if (rowsLeft > 2) addRow(at(c, (i + 2) * n + j), a20, a21, columns);
      if (rowsLeft > 3) addRow(at(c, (i + 3) * n + j), a30, a31, columns);
    }
  }
}

/** c[0..columns) += (v0, v1), at most 8. */
// @ts-ignore: decorator
@inline
function addRow(c: usize, v0: v128, v1: v128, columns: i32): void {
  storeLanes(c, f32x4.add(v128.load(c), v0), columns);
  storeLanes(c + 16, f32x4.add(v128.load(c, 16), v1), columns - 4);
}

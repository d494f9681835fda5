// Matrix products. Row-major matrices; the right-hand matrix is packed in panels of 8 columns ([n/8][k][8], the last
// panel filled with zeros), so that the tile (tile.ts) reads it in one stream.

import { packQuad } from "./quad";
import { at } from "./simd";
import { fourRows, leftRows, outer4x8 } from "./tile";

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

/**
 * c = a b + bias: a is (samples * rows, k), b is (k, n) in panels, bias is (n) or null.
 * scratch: 4 * (k + 3) floats.
 */
export function gemmNN(
  samples: i32, c: usize, a: usize, panels: usize, bias: usize, scratch: usize, rows: i32, k: i32, n: i32,
): void {
  const m = samples * rows;
  let i = 0;
  for (; i + 4 <= m; i += 4) {
    const a0 = at(a, i * k), a1 = at(a0, k), a2 = at(a1, k), a3 = at(a2, k);
    packQuad(scratch, a0, a1, a2, a3, 1, k, 0);
    fourRows(at(c, i * n), scratch, panels, bias, k, n);
  }
  if (i < m) leftRows(at(c, i * n), at(a, i * k), m - i, panels, bias, k, n);
}

/** c += a^T b: a is (samples * rows, k), b is (samples * rows, n), c is (k, n). The kernel gradient of a dense layer. */
export function gemmTNAdd(samples: i32, c: usize, a: usize, b: usize, rows: i32, k: i32, n: i32): void {
  const strideA = (<usize>k) << 2, strideB = (<usize>n) << 2;
  for (let i = 0; i < k; i += 4) {
    for (let j = 0; j < n; j += 8) {
      outer4x8(at(c, i * n + j), strideB, k - i, n - j, at(a, i), strideA, at(b, j), strideB, samples * rows);
    }
  }
}

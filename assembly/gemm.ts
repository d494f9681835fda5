// Matrix products. Row-major matrices; the right-hand matrix is packed in panels of 8 columns ([n/8][k][8], the last
// panel filled with zeros), so that the tile (tile.ts) reads it in one stream.

import { at } from "./simd";
import { outer4x8, tile1x16, tile2x16, tile4x8 } from "./tile";

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
  const m = samples * rows;
  let i = 0;
  for (; i + 4 <= m; i += 4) {
    const a0 = at(a, i * k), a1 = at(a0, k), a2 = at(a1, k), a3 = at(a2, k);
    for (let j = 0; j < n; j += 8) {
      const c0 = at(c, i * n + j), c1 = at(c0, n), c2 = at(c1, n), c3 = at(c2, n);
      tile4x8(c0, c1, c2, c3, a0, a1, a2, a3, at(panels, j * k), bias ? at(bias, j) : 0, n - j, 1, k, 0);
    }
  }
  // Shards are often of a few samples. Filling 4 x 8 up by repeating the last row took twice the time for two rows, and 3.3
  // times for one.
  if (i + 2 <= m) {
    const a0 = at(a, i * k), a1 = at(a0, k);
    for (let j = 0; j < n; j += 16) {
      const c0 = at(c, i * n + j), c1 = at(c0, n);
      tile2x16(c0, c1, a0, a1, at(panels, j * k), bias ? at(bias, j) : 0, n - j, k);
    }
    i += 2;
  }
  if (i < m) {
    const a0 = at(a, i * k);
    for (let j = 0; j < n; j += 16) {
      tile1x16(at(c, i * n + j), a0, at(panels, j * k), bias ? at(bias, j) : 0, n - j, k);
    }
  }
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

// Matrix products. Row-major matrices; the right-hand matrix is packed in panels (core/panels.ts).

import { product } from "../lib/product";
import { at } from "../lib/simd";
import { outer4x8 } from "../lib/tile";

/**
 * c = a b + bias: a is (samples * rows, k), b is (k, n) in panels, bias is (n) or null.
 * scratch: 4 * (k + 3) floats.
 */
export function gemmNN(
  samples: i32, c: usize, a: usize, panels: usize, bias: usize, scratch: usize, rows: i32, k: i32, n: i32,
): void {
  product(c, a, panels, bias, scratch, samples * rows, k, n);
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

// Matrices packed in panels of 8 columns ([n/8][k][8], the last panel filled with zeros), so that the tile (lib/tile.ts) reads them
// in one stream.

import { at } from "../lib/simd";

/** panels of b: b is (k, n). */
export function panelsPack(panels: usize, b: usize, k: i32, n: i32): void {
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
export function panelsPackTransposed(panels: usize, b: usize, k: i32, n: i32): void {
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

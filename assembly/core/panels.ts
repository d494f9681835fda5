// Matrices packed in panels of 8 columns ([n/8][k][8], the last panel filled with zeros), so that the tile (lib/tile.ts) reads them
// in one stream.

import { packPanel, packPanelTransposed } from "../lib/panels";
import { at } from "../lib/simd";

/** panels of b: b is (k, n). */
export function panelsPack(panels: usize, b: usize, k: i32, n: i32): void {
  for (let j = 0; j < n; j += 8) packPanel(at(panels, j * k), at(b, j), k, n, n - j);
}

/** panels of b transposed: b is (n, k). */
export function panelsPackTransposed(panels: usize, b: usize, k: i32, n: i32): void {
  for (let j = 0; j < n; j += 8) packPanelTransposed(at(panels, j * k), at(b, j * k), k, k, n - j);
}

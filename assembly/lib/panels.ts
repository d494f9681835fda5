// Packing of panels: eight columns of the right-hand side of a product, side by side in one stream ([k][8]).

import { at, laneMask, storeTurned } from "./simd";

/** panel[i][0..8) = b[i][0..columns), i < k, zeros behind; the rows of b lie n floats apart. */
export function packPanel(panel: usize, b: usize, k: i32, n: i32, columns: i32): void {
  const mask0 = laneMask(columns), mask1 = laneMask(columns - 4), step = (<usize>n) << 2;
  for (const end = panel + ((<usize>k) << 5); panel < end; panel += 32) {
    v128.store(panel, v128.and(v128.load(b), mask0));
    v128.store(panel, v128.and(v128.load(b, 16), mask1), 16);
    b += step;
  }
}

/** The same of b transposed: panel[i][c] = b[c][i], c < columns; the rows of b lie `stride` floats apart. */
export function packPanelTransposed(panel: usize, b: usize, k: i32, stride: i32, columns: i32): void {
  fourColumns(panel, b, k, stride, columns);
  fourColumns(panel + 16, at(b, 4 * stride), k, stride, columns - 4);
}

function fourColumns(panel: usize, b: usize, k: i32, stride: i32, columns: i32): void {
  if (columns >= 4) turn(panel, b, k, stride, 4);
  else turn(panel, b, k, stride, columns);
}

// @ts-ignore: decorator
@inline
function turn(panel: usize, b: usize, k: i32, stride: i32, columns: i32): void {
  const zero = f32x4.splat(0), b1 = at(b, stride), b2 = at(b1, stride), b3 = at(b2, stride);
  for (let i = 0; i < k; i += 4) {
    storeTurned(
      panel, 32, k - i, columns > 0 ? v128.load(at(b, i)) : zero, columns > 1 ? v128.load(at(b1, i)) : zero,
      columns > 2 ? v128.load(at(b2, i)) : zero, columns > 3 ? v128.load(at(b3, i)) : zero,
    );
    panel += 128;
  }
}

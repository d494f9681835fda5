// Products of two matrices of each sample, each of which may lie transposed: sums over one axis of two tensors, and their gradients.

import { packPanel, packPanelTransposed } from "../lib/panels";
import { packQuad } from "../lib/quad";
import { at, loadLanes, sumLanes } from "../lib/simd";
import { fourRows, leftRows } from "../lib/tile";

/**
 * z = x y for each sample: z is (m, n), x is (m, k) or, `isTurnedX`, (k, m), and y is (k, n) or, `isTurnedY`, (n, k).
 * scratch: 8 * ceil(n / 8) * k floats for y in panels, and 4 * (k + 3).
 */
export function dotProduct(
  samples: i32, z: usize, x: usize, y: usize, scratch: usize, m: i32, k: i32, n: i32, isTurnedX: i32, isTurnedY: i32,
): void {
  // A few rows would not pay for the packing.
  const isShort = m < 4 && isTurnedY && !isTurnedX;
  for (let s = 0; s < samples; ++s) {
    if (isShort) rowsByRows(z, x, y, m, k, n);
    else product(z, x, y, scratch, m, k, n, isTurnedX, isTurnedY);
    z = at(z, m * n);
    x = at(x, m * k);
    y = at(y, k * n);
  }
}

function rowsByRows(z: usize, x: usize, y: usize, m: i32, k: i32, n: i32): void {
  const zero = f32x4.splat(0);
  for (let i = 0; i < m; ++i) {
    for (let j = 0; j < n; ++j) {
      const p = at(x, i * k), q = at(y, j * k);
      let sum = zero;
      for (let l = 0; l < k; l += 4) {
        sum = f32x4.add(sum, f32x4.mul(loadLanes(at(p, l), k - l, zero), loadLanes(at(q, l), k - l, zero)));
      }
      store<f32>(z, sumLanes(sum));
      z = at(z, 1);
    }
  }
}

function product(
  z: usize, x: usize, y: usize, panels: usize, m: i32, k: i32, n: i32, isTurnedX: i32, isTurnedY: i32,
): void {
  for (let j = 0; j < n; j += 8) {
    if (isTurnedY) packPanelTransposed(at(panels, j * k), at(y, j * k), k, k, n - j);
    else packPanel(at(panels, j * k), at(y, j), k, n, n - j);
  }
  const quads = at(panels, ((n + 7) & ~7) * k);
  let i = 0;
  for (; i + 4 <= m; i += 4) {
    if (isTurnedX) {
      for (let l = 0; l < k; ++l) v128.store(at(quads, 4 * l), v128.load(at(x, l * m + i)));
    } else {
      const x0 = at(x, i * k), x1 = at(x0, k), x2 = at(x1, k);
      packQuad(quads, x0, x1, x2, at(x2, k), 1, k, 0);
    }
    fourRows(at(z, i * n), quads, panels, 0, k, n);
  }
  if (i == m) return;
  let rows = at(x, i * k);
  if (isTurnedX) {
    rows = quads;
    for (let r = 0; r < m - i; ++r) {
      for (let l = 0; l < k; ++l) store<f32>(at(quads, r * k + l), load<f32>(at(x, l * m + i + r)));
    }
  }
  leftRows(at(z, i * n), rows, m - i, panels, 0, k, n);
}

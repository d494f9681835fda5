// Sparsemax (Martins and Astudillo, 2016): the point of the simplex that is nearest to a row. The threshold is found without
// sorting: from that of all elements on, those below it are left out until none is.

import { at, laneMask, loadLanes, storeLanes, sumLanes } from "../lib/simd";

/** y[r,j] = max(x[r,j] - tau, 0), tau such that the row's sum is 1; x is (samples * rows, n) */
export function sparsemaxForward(samples: i32, y: usize, x: usize, rows: i32, n: i32): void {
  for (let r = 0; r < samples * rows; ++r) {
    const tau = f32x4.splat(thresholdOf(x, n));
    for (let i = 0; i < n; i += 4) {
      storeLanes(at(y, i), f32x4.max(f32x4.sub(v128.load(at(x, i)), tau), f32x4.splat(0)), n - i);
    }
    x = at(x, n);
    y = at(y, n);
  }
}

function thresholdOf(x: usize, n: i32): f32 {
  const zero = f32x4.splat(0);
  let tau: f32 = -Infinity, left = 0, now = n + 1;
  while (now != left && now != 0) {
    left = now;
    let sum = zero, count = zero;
    for (let i = 0; i < n; i += 4) {
      const v = loadLanes(at(x, i), n - i, zero);
      // Not "greater": the first time -Infinity counts, and NaN always does.
      const inside = v128.andnot(laneMask(n - i), f32x4.le(v, f32x4.splat(tau)));
      sum = f32x4.add(sum, v128.and(v, inside));
      count = f32x4.add(count, v128.and(f32x4.splat(1), inside));
    }
    now = <i32>sumLanes(count);
    if (now != 0) tau = (sumLanes(sum) - 1) / <f32>now;
  }
  return tau;
}

/** dx[r,j] = dy[r,j] - mean of dy[r,k] over y[r,k] > 0 where y[r,j] > 0, else 0 */
export function sparsemaxBackward(samples: i32, dx: usize, dy: usize, y: usize, rows: i32, n: i32): void {
  const zero = f32x4.splat(0);
  for (let r = 0; r < samples * rows; ++r) {
    let sum = zero, count = zero;
    for (let i = 0; i < n; i += 4) {
      const inside = f32x4.gt(loadLanes(at(y, i), n - i, zero), zero);
      sum = f32x4.add(sum, v128.and(v128.load(at(dy, i)), inside));
      count = f32x4.add(count, v128.and(f32x4.splat(1), inside));
    }
    const mean = f32x4.splat(sumLanes(sum) / sumLanes(count));
    for (let i = 0; i < n; i += 4) {
      const d = v128.and(f32x4.sub(v128.load(at(dy, i)), mean), f32x4.gt(v128.load(at(y, i)), zero));
      storeLanes(at(dx, i), d, n - i);
    }
    dx = at(dx, n);
    dy = at(dy, n);
    y = at(y, n);
  }
}

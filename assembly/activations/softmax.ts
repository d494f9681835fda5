import { exp4 } from "../lib/math";
import { at, loadLanes, maxLanes, storeLanes, sumLanes } from "../lib/simd";

/** y[r,:] = exp(x[r,:] - max) / sum; x is (samples * rows, n). */
export function softmaxForward(samples: i32, y: usize, x: usize, rows: i32, n: i32): void {
  const m = samples * rows;
  const none = f32x4.splat(-Infinity);
  for (let r = 0; r < m; ++r) {
    let most = none;
    for (let i = 0; i < n; i += 4) most = f32x4.max(most, loadLanes(at(x, i), n - i, none));
    const shift = f32x4.splat(maxLanes(most));
    let sum = f32x4.splat(0);
    for (let i = 0; i < n; i += 4) {
      const e = exp4(f32x4.sub(loadLanes(at(x, i), n - i, none), shift));
      sum = f32x4.add(sum, e);
      storeLanes(at(y, i), e, n - i);
    }
    const total = f32x4.splat(sumLanes(sum));
    for (let i = 0; i < n; i += 4) storeLanes(at(y, i), f32x4.div(v128.load(at(y, i)), total), n - i);
    x = at(x, n);
    y = at(y, n);
  }
}

/** dx[r,:] = y * (dy - sum(dy * y)) */
export function softmaxBackward(samples: i32, dx: usize, dy: usize, y: usize, rows: i32, n: i32): void {
  const m = samples * rows;
  const zero = f32x4.splat(0);
  for (let r = 0; r < m; ++r) {
    let sum = zero;
    for (let i = 0; i < n; i += 4) {
      sum = f32x4.add(sum, f32x4.mul(loadLanes(at(dy, i), n - i, zero), loadLanes(at(y, i), n - i, zero)));
    }
    const dot = f32x4.splat(sumLanes(sum));
    for (let i = 0; i < n; i += 4) {
      storeLanes(at(dx, i), f32x4.mul(v128.load(at(y, i)), f32x4.sub(v128.load(at(dy, i)), dot)), n - i);
    }
    dx = at(dx, n);
    dy = at(dy, n);
    y = at(y, n);
  }
}

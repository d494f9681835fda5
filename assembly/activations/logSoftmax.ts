import { exp4, log1 } from "../lib/math";
import { at, loadLanes, maxLanes, storeLanes, sumLanes } from "../lib/simd";

/** y[r,j] = x[r,j] - m - ln(sum over k of e^(x[r,k] - m)), m the greatest x[r,k]; x is (samples * rows, n) */
export function logSoftmaxForward(samples: i32, y: usize, x: usize, rows: i32, n: i32): void {
  const none = f32x4.splat(-Infinity);
  for (let r = 0; r < samples * rows; ++r) {
    let most = none;
    for (let i = 0; i < n; i += 4) most = f32x4.max(most, loadLanes(at(x, i), n - i, none));
    const shift = f32x4.splat(maxLanes(most));
    let sum = f32x4.splat(0);
    for (let i = 0; i < n; i += 4) {
      sum = f32x4.add(sum, exp4(f32x4.sub(loadLanes(at(x, i), n - i, none), shift)));
    }
    const logSum = f32x4.splat(log1(sumLanes(sum)));
    for (let i = 0; i < n; i += 4) {
      storeLanes(at(y, i), f32x4.sub(f32x4.sub(v128.load(at(x, i)), shift), logSum), n - i);
    }
    x = at(x, n);
    y = at(y, n);
  }
}

/** dx[r,j] = dy[r,j] - e^y[r,j] sum over k of dy[r,k] */
export function logSoftmaxBackward(samples: i32, dx: usize, dy: usize, y: usize, rows: i32, n: i32): void {
  const zero = f32x4.splat(0);
  for (let r = 0; r < samples * rows; ++r) {
    let sum = zero;
    for (let i = 0; i < n; i += 4) sum = f32x4.add(sum, loadLanes(at(dy, i), n - i, zero));
    const total = f32x4.splat(sumLanes(sum));
    for (let i = 0; i < n; i += 4) {
      const d = f32x4.sub(v128.load(at(dy, i)), f32x4.mul(exp4(v128.load(at(y, i))), total));
      storeLanes(at(dx, i), d, n - i);
    }
    dx = at(dx, n);
    dy = at(dy, n);
    y = at(y, n);
  }
}

import { sigmoid4 } from "../lib/math";
import { at, storeLanes } from "../lib/simd";

/** y[r,j] = x[r,j] / (1 + e^-x[r,n+j]); x is (samples * rows, 2n), y (samples * rows, n) */
export function gluForward(samples: i32, y: usize, x: usize, rows: i32, n: i32): void {
  for (let r = 0; r < samples * rows; ++r) {
    const gate = at(x, n);
    for (let i = 0; i < n; i += 4) {
      storeLanes(at(y, i), f32x4.mul(v128.load(at(x, i)), sigmoid4(v128.load(at(gate, i)))), n - i);
    }
    x = at(x, 2 * n);
    y = at(y, n);
  }
}

/** dx[r,j] = dy[r,j] s, dx[r,n+j] = dy[r,j] x[r,j] s (1 - s), s = 1 / (1 + e^-x[r,n+j]) */
export function gluBackward(samples: i32, dx: usize, dy: usize, x: usize, rows: i32, n: i32): void {
  for (let r = 0; r < samples * rows; ++r) {
    const gate = at(x, n), dgate = at(dx, n);
    for (let i = 0; i < n; i += 4) {
      const s = sigmoid4(v128.load(at(gate, i))), d = f32x4.mul(v128.load(at(dy, i)), s);
      storeLanes(at(dx, i), d, n - i);
      const rise = f32x4.mul(v128.load(at(x, i)), f32x4.sub(f32x4.splat(1), s));
      storeLanes(at(dgate, i), f32x4.mul(d, rise), n - i);
    }
    x = at(x, 2 * n);
    dx = at(dx, 2 * n);
    dy = at(dy, n);
  }
}

// Sums over one axis of two tensors, sample by sample: x is (xOuter, k, xInner), y (yOuter, k, yInner), and the result
// (xOuter * xInner, yOuter * yInner).

import { at, loadLanes, storeLanes, sumLanes } from "../lib/simd";

/** z[(a,b),(c,d)] = sum over j of x[a,j,b] y[c,j,d] */
export function dotForward(
  samples: i32, z: usize, x: usize, y: usize, xOuter: i32, xInner: i32, yOuter: i32, yInner: i32, k: i32,
): void {
  for (let n = 0; n < samples; ++n) {
    for (let a = 0; a < xOuter; ++a) {
      for (let b = 0; b < xInner; ++b) {
        const p = at(x, a * k * xInner + b);
        for (let c = 0; c < yOuter; ++c) {
          const q = at(y, c * k * yInner);
          if (xInner == 1 && yInner == 1) store<f32>(z, rowByRow(p, q, k));
          else rowByMatrix(z, p, xInner, q, yInner, k, yInner);
          z = at(z, yInner);
        }
      }
    }
    x = at(x, xOuter * k * xInner);
    y = at(y, yOuter * k * yInner);
  }
}

// @ts-ignore: decorator
@inline
function rowByRow(p: usize, q: usize, k: i32): f32 {
  const zero = f32x4.splat(0);
  let sum = zero;
  for (let j = 0; j < k; j += 4) {
    sum = f32x4.add(sum, f32x4.mul(loadLanes(at(p, j), k - j, zero), loadLanes(at(q, j), k - j, zero)));
  }
  return sumLanes(sum);
}

/** z[d] = sum over j < k of p[j * step] q[j * stride + d], d < columns */
// @ts-ignore: decorator
@inline
function rowByMatrix(z: usize, p: usize, step: i32, q: usize, stride: i32, k: i32, columns: i32): void {
  for (let d = 0; d < columns; d += 4) {
    let sum = f32x4.splat(0);
    for (let j = 0; j < k; ++j) {
      sum = f32x4.add(sum, f32x4.mul(v128.load32_splat(at(p, j * step)), v128.load(at(q, j * stride + d))));
    }
    storeLanes(at(z, d), sum, columns - d);
  }
}

/** dx[a,j,b] = sum over (c,d) of dz[(a,b),(c,d)] y[c,j,d] */
export function dotBackward(
  samples: i32, dx: usize, dz: usize, y: usize, xOuter: i32, xInner: i32, yOuter: i32, yInner: i32, k: i32,
): void {
  const zero = f32x4.splat(0), columns = yOuter * yInner;
  for (let n = 0; n < samples; ++n) {
    for (let a = 0; a < xOuter; ++a) {
      for (let b = 0; b < xInner; ++b) {
        const p = at(dx, a * k * xInner + b);
        for (let j = 0; j < k; ++j) {
          let sum = zero;
          for (let c = 0; c < yOuter; ++c) {
            const g = at(dz, c * yInner), q = at(y, (c * k + j) * yInner);
            for (let d = 0; d < yInner; d += 4) {
              sum = f32x4.add(sum, f32x4.mul(loadLanes(at(g, d), yInner - d, zero), loadLanes(at(q, d), yInner - d, zero)));
            }
          }
          store<f32>(at(p, j * xInner), sumLanes(sum));
        }
        dz = at(dz, columns);
      }
    }
    dx = at(dx, xOuter * k * xInner);
    y = at(y, yOuter * k * yInner);
  }
}

/** dy[c,j,d] = sum over (a,b) of x[a,j,b] dz[(a,b),(c,d)] */
export function dotBackwardSecond(
  samples: i32, dy: usize, dz: usize, x: usize, xOuter: i32, xInner: i32, yOuter: i32, yInner: i32, k: i32,
): void {
  const columns = yOuter * yInner, rows = xOuter * xInner;
  for (let n = 0; n < samples; ++n) {
    for (let c = 0; c < yOuter; ++c) {
      for (let j = 0; j < k; ++j) {
        for (let d = 0; d < yInner; d += 4) {
          let sum = f32x4.splat(0);
          for (let a = 0; a < xOuter; ++a) {
            for (let b = 0; b < xInner; ++b) {
              const g = v128.load(at(dz, (a * xInner + b) * columns + c * yInner + d));
              sum = f32x4.add(sum, f32x4.mul(v128.load32_splat(at(x, (a * k + j) * xInner + b)), g));
            }
          }
          storeLanes(at(dy, (c * k + j) * yInner + d), sum, yInner - d);
        }
      }
    }
    dy = at(dy, yOuter * k * yInner);
    dz = at(dz, rows * columns);
    x = at(x, xOuter * k * xInner);
  }
}

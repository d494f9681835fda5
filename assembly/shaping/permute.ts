// Axes in another order.

import { at, storeLanes } from "../lib/simd";

/**
 * y[n,i,j,k,l] = x[n][i*s0 + j*s1 + k*s2 + l*s3]; y is (samples, d0, d1, d2, d3), strides are elements of x.
 * Its own backward pass, with the inverse order.
 */
export function permuteForward(
  samples: i32, y: usize, x: usize, d0: i32, d1: i32, d2: i32, d3: i32, s0: i32, s1: i32, s2: i32, s3: i32,
): void {
  const size = d0 * d1 * d2 * d3;
  for (let n = 0; n < samples; ++n) {
    for (let i = 0; i < d0; ++i) {
      for (let j = 0; j < d1; ++j) {
        plane(y, at(x, i * s0 + j * s1), d2, d3, s2, s3);
        y = at(y, d2 * d3);
      }
    }
    x = at(x, size);
  }
}

function plane(y: usize, x: usize, rows: i32, columns: i32, rowStep: i32, columnStep: i32): void {
  if (columnStep == 1) {
    for (let i = 0; i < rows; ++i) {
      memory.copy(at(y, i * columns), at(x, i * rowStep), (<usize>columns) << 2);
    }
  } else if (rowStep == 1) {
    for (let i = 0; i < rows; i += 4) {
      for (let j = 0; j < columns; j += 4) {
        turn(at(y, i * columns + j), at(x, i + j * columnStep), rows - i, columns, j, columnStep);
      }
    }
  } else {
    for (let i = 0; i < rows; ++i) {
      for (let j = 0; j < columns; ++j) {
        store<f32>(at(y, i * columns + j), load<f32>(at(x, i * rowStep + j * columnStep)));
      }
    }
  }
}

/** A block of 4 x 4, rows to columns. */
// @ts-ignore: decorator
@inline
function turn(y: usize, x: usize, rows: i32, columns: i32, j: i32, columnStep: i32): void {
  const left = columns - j;
  const a = v128.load(x);
  const b = v128.load(at(x, min(1, left - 1) * columnStep));
  const c = v128.load(at(x, min(2, left - 1) * columnStep));
  const d = v128.load(at(x, min(3, left - 1) * columnStep));
  const ab = i32x4.shuffle(a, b, 0, 4, 1, 5), cd = i32x4.shuffle(c, d, 0, 4, 1, 5);
  const ab2 = i32x4.shuffle(a, b, 2, 6, 3, 7), cd2 = i32x4.shuffle(c, d, 2, 6, 3, 7);
  storeLanes(y, i64x2.shuffle(ab, cd, 0, 2), left);
  if (rows > 1) storeLanes(at(y, columns), i64x2.shuffle(ab, cd, 1, 3), left);
  if (rows > 2) storeLanes(at(y, 2 * columns), i64x2.shuffle(ab2, cd2, 0, 2), left);
  if (rows > 3) storeLanes(at(y, 3 * columns), i64x2.shuffle(ab2, cd2, 1, 3), left);
}

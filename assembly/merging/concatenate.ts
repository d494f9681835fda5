// One part of rows that are put side by side: x has rows of `columns` elements, y of `stride`; the part begins at `offset`.

import { at, storeLanes } from "../lib/simd";

/** y[r, offset + i] = x[r, i] for i < columns, in samples * rows rows; the rest of y is left as it is. */
export function concatenateForward(
  samples: i32, y: usize, x: usize, rows: i32, columns: i32, stride: i32, offset: i32,
): void {
  copyRows(samples * rows, at(y, offset), stride, x, columns, columns);
}

/** dx[r, i] = dy[r, offset + i] for i < columns */
export function concatenateBackward(
  samples: i32, dx: usize, dy: usize, rows: i32, columns: i32, stride: i32, offset: i32,
): void {
  copyRows(samples * rows, dx, columns, at(dy, offset), stride, columns);
}

function copyRows(rows: i32, to: usize, toStride: i32, from: usize, fromStride: i32, columns: i32): void {
  for (let r = 0; r < rows; ++r) {
    let i = 0;
    for (; i + 8 <= columns; i += 8) {
      const v0 = v128.load(at(from, i)), v1 = v128.load(at(from, i), 16);
      v128.store(at(to, i), v0);
      v128.store(at(to, i), v1, 16);
    }
    for (; i < columns; i += 4) storeLanes(at(to, i), v128.load(at(from, i)), columns - i);
    to = at(to, toStride);
    from = at(from, fromStride);
  }
}

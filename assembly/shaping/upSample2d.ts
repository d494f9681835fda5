// Each pixel repeated, NHWC.

import { at, storeLanes } from "../lib/simd";

/** y[n,i,j,c] = x[n, i / rows, j / columns, c]; y is (height * rows, width * columns, channels). */
export function upSample2dForward(
  samples: i32, y: usize, x: usize, height: i32, width: i32, channels: i32, rows: i32, columns: i32,
): void {
  const outRow = (<usize>(width * columns * channels)) << 2;
  const end = y + <usize>(samples * height * rows) * outRow;
  for (let i = 0; i < samples * height; ++i) {
    const begin = y;
    for (let j = 0; j < width; ++j) {
      for (let k = 0; k < columns; ++k) {
        for (let c = 0; c < channels; c += 4) {
          // What is too much the next pixel writes over; the last one has none.
          const p = at(y, c);
          storeLanes(p, v128.load(at(x, c)), <i32>((end - p) >> 2));
        }
        y = at(y, channels);
      }
      x = at(x, channels);
    }
    for (let k = 1; k < rows; ++k) {
      memory.copy(y, begin, outRow);
      y += outRow;
    }
  }
}

/** dx[n,i,j,c] = sum of dy over the rows x columns copies */
export function upSample2dBackward(
  samples: i32, dx: usize, dy: usize, height: i32, width: i32, channels: i32, rows: i32, columns: i32,
): void {
  const outRow = (<usize>(width * columns * channels)) << 2;
  for (let i = 0; i < samples * height; ++i) {
    let corner = dy;
    for (let j = 0; j < width; ++j) {
      for (let c = 0; c < channels; c += 4) {
        let sum = f32x4.splat(0), row = at(corner, c);
        for (let a = 0; a < rows; ++a) {
          let p = row;
          for (let b = 0; b < columns; ++b) {
            sum = f32x4.add(sum, v128.load(p));
            p = at(p, channels);
          }
          row += outRow;
        }
        storeLanes(at(dx, c), sum, channels - c);
      }
      dx = at(dx, channels);
      corner = at(corner, columns * channels);
    }
    dy += outRow * <usize>rows;
  }
}

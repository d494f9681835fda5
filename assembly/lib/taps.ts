// What a kernel of 3 x 3 needs: columns of taps, rows that may lie outside.

import { madd, storeLanes } from "./simd";

/** One column of a 3 x 3 kernel. */
// @ts-ignore: decorator
@inline
export function column(acc: v128, x0: v128, x1: v128, x2: v128, w0: v128, w1: v128, w2: v128): v128 {
  return madd(x2, w2, madd(x1, w1, madd(x0, w0, acc)));
}

/** Row `i` of rows of `pitch` bytes, or the row of zeros. */
// @ts-ignore: decorator
@inline
export function rowOf(x: usize, i: i32, height: i32, pitch: usize, zeros: usize): usize {
  return i >= 0 && i < height ? x + <usize>i * pitch : zeros;
}

/** The first min(lanes, 4) numbers at p are added to. */
// @ts-ignore: decorator
@inline
export function addLanes(p: usize, v: v128, lanes: i32): void {
  storeLanes(p, f32x4.add(v128.load(p), v), lanes);
}

// What the convolution gradients are made of: the non-zeros of dy as lists of (byte offset, value) pairs, and sums of
// value * run over such a list, held in registers. One load for each multiply-add, whatever share of dy is zero.

import { at, madd, storeLanes } from "../lib/simd";

/** Bit i is set where the i-th of 16 floats at p is not zero (NaN counts as not zero). */
// @ts-ignore: decorator
@inline
function nonZeros16(p: usize): i32 {
  const zero = f32x4.splat(0);
  return i8x16.bitmask(
    i8x16.narrow_i16x8_s(
      i16x8.narrow_i32x4_s(f32x4.ne(v128.load(p), zero), f32x4.ne(v128.load(p, 16), zero)),
      i16x8.narrow_i32x4_s(f32x4.ne(v128.load(p, 32), zero), f32x4.ne(v128.load(p, 48), zero)),
    ),
  );
}

/** The bits of nonZeros16 that are still in the row. */
// @ts-ignore: decorator
@inline
export function nonZerosOf(p: usize, count: i32): i32 {
  const bits = nonZeros16(p);
  return count >= 16 ? bits : bits & ((1 << count) - 1);
}

/**
 * sum[0..48) += sum over the list of value * x[offset..], 12 accumulators in registers. Not inlined: that is 2 to 9 % faster on V8
 * 13 and 14, but a third slower on V8 11, which then keeps some of the twelve in memory.
 */
export function sumPatches12(sum: usize, list: usize, end: usize, x: usize): void {
  let a0 = v128.load(sum), a1 = v128.load(sum, 16), a2 = v128.load(sum, 32), a3 = v128.load(sum, 48);
  let a4 = v128.load(sum, 64), a5 = v128.load(sum, 80), a6 = v128.load(sum, 96), a7 = v128.load(sum, 112);
  let a8 = v128.load(sum, 128), a9 = v128.load(sum, 144), a10 = v128.load(sum, 160), a11 = v128.load(sum, 176);
  while (list < end) {
    const p = x + <usize>load<u32>(list);
    const v = v128.load32_splat(list, 4);
    a0 = madd(v, v128.load(p), a0);
    a1 = madd(v, v128.load(p, 16), a1);
    a2 = madd(v, v128.load(p, 32), a2);
    a3 = madd(v, v128.load(p, 48), a3);
    a4 = madd(v, v128.load(p, 64), a4);
    a5 = madd(v, v128.load(p, 80), a5);
    a6 = madd(v, v128.load(p, 96), a6);
    a7 = madd(v, v128.load(p, 112), a7);
    a8 = madd(v, v128.load(p, 128), a8);
    a9 = madd(v, v128.load(p, 144), a9);
    a10 = madd(v, v128.load(p, 160), a10);
    a11 = madd(v, v128.load(p, 176), a11);
    list += 8;
  }
  v128.store(sum, a0);
  v128.store(sum, a1, 16);
  v128.store(sum, a2, 32);
  v128.store(sum, a3, 48);
  v128.store(sum, a4, 64);
  v128.store(sum, a5, 80);
  v128.store(sum, a6, 96);
  v128.store(sum, a7, 112);
  v128.store(sum, a8, 128);
  v128.store(sum, a9, 144);
  v128.store(sum, a10, 160);
  v128.store(sum, a11, 176);
}

/** The same for sum[0..count), count at most 32; writes no others. */
export function sumPatches8(sum: usize, list: usize, end: usize, x: usize, count: i32): void {
  let a0 = v128.load(sum), a1 = v128.load(sum, 16), a2 = v128.load(sum, 32), a3 = v128.load(sum, 48);
  let a4 = v128.load(sum, 64), a5 = v128.load(sum, 80), a6 = v128.load(sum, 96), a7 = v128.load(sum, 112);
  while (list < end) {
    const p = x + <usize>load<u32>(list);
    const v = v128.load32_splat(list, 4);
    a0 = madd(v, v128.load(p), a0);
    a1 = madd(v, v128.load(p, 16), a1);
    a2 = madd(v, v128.load(p, 32), a2);
    a3 = madd(v, v128.load(p, 48), a3);
    a4 = madd(v, v128.load(p, 64), a4);
    a5 = madd(v, v128.load(p, 80), a5);
    a6 = madd(v, v128.load(p, 96), a6);
    a7 = madd(v, v128.load(p, 112), a7);
    list += 8;
  }
  v128.store(sum, a0);
  v128.store(sum, a1, 16);
  v128.store(sum, a2, 32);
  v128.store(sum, a3, 48);
  storeLanes(sum + 64, a4, count - 16);
  storeLanes(sum + 80, a5, count - 20);
  storeLanes(sum + 96, a6, count - 24);
  storeLanes(sum + 112, a7, count - 28);
}

/** The same for four vectors, each with its own place. */
export function sumPatches4(
  s0: usize, s1: usize, s2: usize, s3: usize, list: usize, end: usize, x0: usize, x1: usize, x2: usize, x3: usize,
): void {
  let a0 = v128.load(s0), a1 = v128.load(s1), a2 = v128.load(s2), a3 = v128.load(s3);
  while (list < end) {
    const offset = <usize>load<u32>(list);
    const v = v128.load32_splat(list, 4);
    a0 = madd(v, v128.load(x0 + offset), a0);
    a1 = madd(v, v128.load(x1 + offset), a1);
    a2 = madd(v, v128.load(x2 + offset), a2);
    a3 = madd(v, v128.load(x3 + offset), a3);
    list += 8;
  }
  v128.store(s0, a0);
  v128.store(s1, a1);
  v128.store(s2, a2);
  v128.store(s3, a3);
}

/** sum[0..count) += sum over the list of value * t[offset..], at most 16 floats; writes no others. */
export function sumPatchesTail(sum: usize, list: usize, end: usize, t: usize, count: i32): void {
  let a0 = v128.load(sum), a1 = v128.load(sum, 16), a2 = v128.load(sum, 32), a3 = v128.load(sum, 48);
  while (list < end) {
    const p = t + <usize>load<u32>(list);
    const v = v128.load32_splat(list, 4);
    a0 = madd(v, v128.load(p), a0);
    a1 = madd(v, v128.load(p, 16), a1);
    a2 = madd(v, v128.load(p, 32), a2);
    a3 = madd(v, v128.load(p, 48), a3);
    list += 8;
  }
  storeLanes(sum, a0, count);
  storeLanes(sum + 16, a1, count - 4);
  storeLanes(sum + 32, a2, count - 8);
  storeLanes(sum + 48, a3, count - 12);
}
/** c[k][f] += t[f][k] for k < rows; t has `strideT` bytes a row, c has `columns` floats a row. */
export function transposeAdd(c: usize, t: usize, rows: i32, columns: i32, strideT: usize): void {
  for (let f = 0; f < columns; f += 4) {
    const t0 = t + <usize>f * strideT;
    const t1 = t + <usize>min(f + 1, columns - 1) * strideT;
    const t2 = t + <usize>min(f + 2, columns - 1) * strideT;
    const t3 = t + <usize>min(f + 3, columns - 1) * strideT;
    for (let k = 0; k < rows; k += 4) {
      const o = (<usize>k) << 2;
      const a = v128.load(t0 + o), b = v128.load(t1 + o), d = v128.load(t2 + o), e = v128.load(t3 + o);
      const ab0 = v128.shuffle<i32>(a, b, 0, 4, 1, 5), ab1 = v128.shuffle<i32>(a, b, 2, 6, 3, 7);
      const de0 = v128.shuffle<i32>(d, e, 0, 4, 1, 5), de1 = v128.shuffle<i32>(d, e, 2, 6, 3, 7);
      const p = at(c, k * columns + f), left = rows - k, count = columns - f;
      addLanes(p, v128.shuffle<i64>(ab0, de0, 0, 2), count);
      if (left > 1) addLanes(at(p, columns), v128.shuffle<i64>(ab0, de0, 1, 3), count);
      if (left > 2) addLanes(at(p, 2 * columns), v128.shuffle<i64>(ab1, de1, 0, 2), count);
      if (left > 3) addLanes(at(p, 3 * columns), v128.shuffle<i64>(ab1, de1, 1, 3), count);
    }
  }
}

// @ts-ignore: decorator
@inline
function addLanes(p: usize, v: v128, count: i32): void {
  storeLanes(p, f32x4.add(v128.load(p), v), count);
}

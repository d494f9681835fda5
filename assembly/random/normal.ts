// Normal numbers from Philox words, one word each, by the inverse of the distribution function: a number depends on its word alone.

import { philoxFill } from "../core/philox";
import { normalQuantile4 } from "../lib/math";
import { at } from "../lib/simd";

/** Of a word: its sign, and its other 31 bits as (bits + 1/2) / 2^31. */
// @ts-ignore: decorator
@inline
function share(words: v128): v128 {
  const bits = f32x4.convert_i32x4_s(v128.and(words, i32x4.splat(0x7fffffff)));
  return f32x4.mul(f32x4.add(bits, f32x4.splat(0.5)), f32x4.splat(1.0 / 2147483648.0));
}

/** z with the sign of a word, times stddev, plus mean. */
// @ts-ignore: decorator
@inline
function place(z: v128, words: v128, mean: f32, stddev: f32): v128 {
  const signed = v128.or(z, v128.and(words, i32x4.splat(0x80000000)));
  return f32x4.add(f32x4.mul(signed, f32x4.splat(stddev)), f32x4.splat(mean));
}

/** out[0..blocks*4): normal with this mean and standard deviation, from the words that philoxFill gives. Up to 6.4 deviations. */
export function normalFill(
  blocks: i32, out: usize, mean: f32, stddev: f32, k0: u32, k1: u32, first: u32, c1: u32, c2: u32, c3: u32,
): void {
  philoxFill(blocks, out, k0, k1, first, c1, c2, c3);
  for (let i = 0; i < blocks; ++i) {
    const p = at(out, i << 2), words = v128.load(p);
    v128.store(p, place(normalQuantile4(share(words)), words, mean, stddev));
  }
}

/** The same, but only what is within two standard deviations; `stddev` is that of the normal distribution before it is cut. */
export function normalFillTruncated(
  blocks: i32, out: usize, mean: f32, stddev: f32, k0: u32, k1: u32, first: u32, c1: u32, c2: u32, c3: u32,
): void {
  philoxFill(blocks, out, k0, k1, first, c1, c2, c3);
  // The share of a normal distribution that lies beyond two deviations.
  const beyond: f32 = 0.045500263896358414;
  for (let i = 0; i < blocks; ++i) {
    const p = at(out, i << 2), words = v128.load(p);
    const tail = f32x4.add(f32x4.splat(beyond), f32x4.mul(share(words), f32x4.splat(1 - beyond)));
    v128.store(p, place(f32x4.pmin(normalQuantile4(tail), f32x4.splat(2)), words, mean, stddev));
  }
}

// Philox 4x32-10 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011): random numbers as a function of
// a key and a counter, so that no stream has to be carried along. Counter = (block, c1, c2, c3), key = (k0, k1).

import { at } from "../lib/simd";

/** The four words of one block, stored at `out`. */
// @ts-ignore: decorator
@inline
function block(out: usize, c0: u32, c1: u32, c2: u32, c3: u32, k0: u32, k1: u32): void {
  for (let round = 0; round < 10; ++round) {
    const a = <u64>c0 * 0xd2511f53, b = <u64>c2 * 0xcd9e8d57;
    c0 = <u32>(b >> 32) ^ c1 ^ k0;
    c2 = <u32>(a >> 32) ^ c3 ^ k1;
    c1 = <u32>b;
    c3 = <u32>a;
    k0 += 0x9e3779b9;
    k1 += 0xbb67ae85;
  }
  store<u32>(out, c0);
  store<u32>(out, c1, 4);
  store<u32>(out, c2, 8);
  store<u32>(out, c3, 12);
}

/** out[0..blocks*4) = the words of the blocks first .. first + blocks - 1, as u32. */
export function philoxFill(
  blocks: i32, out: usize, k0: u32, k1: u32, first: u32, c1: u32, c2: u32, c3: u32,
): void {
  for (let i = 0; i < blocks; ++i) block(at(out, i << 2), first + i, c1, c2, c3, k0, k1);
}

/** The same words as uniform f32: low + (high - low) * (word >> 8) / 2^24, high itself only where the sum rounds up to it. */
export function philoxUniform(
  blocks: i32, out: usize, low: f32, high: f32, k0: u32, k1: u32, first: u32, c1: u32, c2: u32, c3: u32,
): void {
  const scale = f32x4.splat((high - low) * <f32>(1.0 / 16777216.0));
  for (let i = 0; i < blocks; ++i) {
    const p = at(out, i << 2);
    block(p, first + i, c1, c2, c3, k0, k1);
    const unit = f32x4.convert_i32x4_u(i32x4.shr_u(v128.load(p), 8));
    v128.store(p, f32x4.add(f32x4.splat(low), f32x4.mul(unit, scale)));
  }
}

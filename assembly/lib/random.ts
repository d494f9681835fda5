// Random numbers of a shard's elements: Philox 4x32-10 (see core/philox.ts), four blocks at a time. Element e of a sample has word
// e mod 4 of the block (sample in the batch * ceil(size / 4) + e / 4, purpose, position, step) under the model's seed.

import { log4 } from "./math";


/** high and low words of four products a * m */
// @ts-ignore: decorator
@inline
function highs(a: v128, m: v128): v128 {
  return i32x4.shuffle(i64x2.extmul_low_i32x4_u(a, m), i64x2.extmul_high_i32x4_u(a, m), 1, 3, 5, 7);
}

/** words[0..16) = the words of the blocks first .. first + 3, four each */
export function sixteenWords(words: usize, first: u32, c1: u32, c2: u32, c3: u32, k0: u32, k1: u32): void {
  let a = i32x4.add(i32x4.splat(first), i32x4(0, 1, 2, 3));
  let b = i32x4.splat(c1), c = i32x4.splat(c2), d = i32x4.splat(c3);
  const m0 = i32x4.splat(0xd2511f53), m1 = i32x4.splat(0xcd9e8d57);
  for (let round = 0; round < 10; ++round) {
    const nextA = v128.xor(v128.xor(highs(c, m1), b), i32x4.splat(k0));
    const nextC = v128.xor(v128.xor(highs(a, m0), d), i32x4.splat(k1));
    b = i32x4.mul(c, m1);
    d = i32x4.mul(a, m0);
    a = nextA;
    c = nextC;
    k0 += 0x9e3779b9;
    k1 += 0xbb67ae85;
  }
  // From one vector a word to one a block.
  const ab = i32x4.shuffle(a, b, 0, 4, 1, 5), cd = i32x4.shuffle(c, d, 0, 4, 1, 5);
  const ab2 = i32x4.shuffle(a, b, 2, 6, 3, 7), cd2 = i32x4.shuffle(c, d, 2, 6, 3, 7);
  v128.store(words, i64x2.shuffle(ab, cd, 0, 2));
  v128.store(words, i64x2.shuffle(ab, cd, 1, 3), 16);
  v128.store(words, i64x2.shuffle(ab2, cd2, 0, 2), 32);
  v128.store(words, i64x2.shuffle(ab2, cd2, 1, 3), 48);
}

/** Numbers even in [0, 1) of four words: their upper 24 bits. */
// @ts-ignore: decorator
@inline
export function unit4(words: v128): v128 {
  return f32x4.mul(f32x4.convert_i32x4_u(i32x4.shr_u(words, 8)), f32x4.splat(1.0 / 16777216.0));
}

/**
 * Standard normal numbers of four words: the inverse of the distribution at (upper 24 bits + 1/2) / 2^24, to about 1e-6 of the
 * value; between -5.3 and 5.3. Polynomials: M. Giles, "Approximating the erfinv function", 2010.
 */
export function normal4(words: v128): v128 {
  // x = 2 u - 1, exact
  const odd = i32x4.sub(i32x4.add(i32x4.shl(i32x4.shr_u(words, 8), 1), i32x4.splat(1)), i32x4.splat(16777216));
  const x = f32x4.mul(f32x4.convert_i32x4_s(odd), f32x4.splat(1.0 / 16777216.0));
  const one = f32x4.splat(1);
  const w = f32x4.neg(log4(f32x4.mul(f32x4.sub(one, x), f32x4.add(one, x))));
  const near = f32x4.sub(w, f32x4.splat(2.5));
  let p = f32x4.splat(2.81022636e-8);
  p = f32x4.add(f32x4.mul(p, near), f32x4.splat(3.43273939e-7));
  p = f32x4.add(f32x4.mul(p, near), f32x4.splat(-3.5233877e-6));
  p = f32x4.add(f32x4.mul(p, near), f32x4.splat(-4.39150654e-6));
  p = f32x4.add(f32x4.mul(p, near), f32x4.splat(2.1858087e-4));
  p = f32x4.add(f32x4.mul(p, near), f32x4.splat(-1.25372503e-3));
  p = f32x4.add(f32x4.mul(p, near), f32x4.splat(-4.17768164e-3));
  p = f32x4.add(f32x4.mul(p, near), f32x4.splat(2.46640727e-1));
  p = f32x4.add(f32x4.mul(p, near), f32x4.splat(1.50140941));
  const far = f32x4.sub(f32x4.sqrt(w), f32x4.splat(3));
  let q = f32x4.splat(-2.00214257e-4);
  q = f32x4.add(f32x4.mul(q, far), f32x4.splat(1.00950558e-4));
  q = f32x4.add(f32x4.mul(q, far), f32x4.splat(1.34934322e-3));
  q = f32x4.add(f32x4.mul(q, far), f32x4.splat(-3.67342844e-3));
  q = f32x4.add(f32x4.mul(q, far), f32x4.splat(5.73950773e-3));
  q = f32x4.add(f32x4.mul(q, far), f32x4.splat(-7.6224613e-3));
  q = f32x4.add(f32x4.mul(q, far), f32x4.splat(9.43887047e-3));
  q = f32x4.add(f32x4.mul(q, far), f32x4.splat(1.00167406));
  q = f32x4.add(f32x4.mul(q, far), f32x4.splat(2.83297682));
  p = v128.bitselect(p, q, f32x4.lt(w, f32x4.splat(5)));
  return f32x4.mul(f32x4.mul(p, x), f32x4.splat(1.4142135623730951));
}

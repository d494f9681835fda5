import { sixteenWords, unit4 } from "../lib/random";
import { at, storeLanes } from "../lib/simd";
import { firstSample, iterations, seedHigh, seedLow } from "../lib/step";

/**
 * y = x / (1 - rate) where the element's random number in [0, 1) is at least `rate`, else 0; `size` elements a sample. The backward
 * pass is the same on dy. `words` has room for 16 words.
 */
export function dropoutForward(
  samples: i32, y: usize, x: usize, words: usize, step: usize, size: i32, purpose: u32, position: u32, rate: f32,
): void {
  const k0 = seedLow(step), k1 = seedHigh(step), c3 = <u32>iterations(step);
  const scale = f32x4.splat(<f32>1 / (<f32>1 - rate)), least = f32x4.splat(rate);
  const blocks = (size + 3) >> 2;
  let first = <u32>firstSample(step) * <u32>blocks;
  for (let n = 0; n < samples; ++n) {
    for (let i = 0; i < size; i += 16) {
      sixteenWords(words, first + <u32>(i >> 2), purpose, position, c3, k0, k1);
      for (let j = 0; j < 16 && i + j < size; j += 4) {
        const kept = f32x4.ge(unit4(v128.load(at(words, j))), least);
        const v = v128.and(f32x4.mul(v128.load(at(x, i + j)), scale), kept);
        storeLanes(at(y, i + j), v, size - i - j);
      }
    }
    first += blocks;
    x = at(x, size);
    y = at(y, size);
  }
}

/**
 * mask = value where the element's random number is at least `rate`, else 0; `size` elements a sample. Where `isShared` is not 0 all
 * samples have the numbers of sample 0.
 */
export function dropoutMask(
  samples: i32, mask: usize, words: usize, step: usize, size: i32, purpose: u32, position: u32, rate: f32, value: f32,
  isShared: i32,
): void {
  const k0 = seedLow(step), k1 = seedHigh(step), c3 = <u32>iterations(step);
  const least = f32x4.splat(rate), v = f32x4.splat(value);
  const blocks = isShared ? 0 : (size + 3) >> 2;
  let first = <u32>firstSample(step) * <u32>blocks;
  for (let n = 0; n < samples; ++n) {
    for (let i = 0; i < size; i += 16) {
      sixteenWords(words, first + <u32>(i >> 2), purpose, position, c3, k0, k1);
      for (let j = 0; j < 16 && i + j < size; j += 4) {
        const kept = f32x4.ge(unit4(v128.load(at(words, j))), least);
        storeLanes(at(mask, i + j), v128.and(v, kept), size - i - j);
      }
    }
    first += blocks;
    mask = at(mask, size);
  }
}

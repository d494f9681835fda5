import { normal4, sixteenWords } from "../lib/random";
import { at, storeLanes } from "../lib/simd";
import { firstSample, iterations, seedHigh, seedLow } from "../lib/step";

/** y = mean + stddev * the element's standard normal number; `size` elements a sample. `words` has room for 16 words. */
export function gaussianNoiseForward(
  samples: i32, y: usize, words: usize, step: usize, size: i32, purpose: u32, position: u32, mean: f32, stddev: f32,
): void {
  const k0 = seedLow(step), k1 = seedHigh(step), c3 = <u32>iterations(step);
  const blocks = (size + 3) >> 2, shift = f32x4.splat(mean), scale = f32x4.splat(stddev);
  let first = <u32>firstSample(step) * <u32>blocks;
  for (let n = 0; n < samples; ++n) {
    for (let i = 0; i < size; i += 16) {
      sixteenWords(words, first + <u32>(i >> 2), purpose, position, c3, k0, k1);
      for (let j = 0; j < 16 && i + j < size; j += 4) {
        const v = f32x4.add(shift, f32x4.mul(normal4(v128.load(at(words, j))), scale));
        storeLanes(at(y, i + j), v, size - i - j);
      }
    }
    first += blocks;
    y = at(y, size);
  }
}

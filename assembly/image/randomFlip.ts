import { sampleWords, unit } from "../lib/sample";
import { at, storeLanes } from "../lib/simd";

/**
 * y = x, for one half of the samples mirrored: along the width for an odd `mode`, along the height for 2 and 3. The backward pass is
 * the same on dy. `words` has room for 16 words.
 */
export function randomFlipForward(
  samples: i32, y: usize, x: usize, words: usize, step: usize, purpose: u32, position: u32,
  height: i32, width: i32, channels: i32, mode: i32,
): void {
  const row = width * channels, size = height * row;
  for (let n = 0; n < samples; ++n) {
    sampleWords(words, step, n, 4, 0, purpose, position);
    const flips = unit(words, 0) <= 0.5 ? mode : 0;
    for (let i = 0; i < height; ++i) {
      const from = at(x, (flips & 2 ? height - 1 - i : i) * row), to = at(y, i * row);
      if (flips & 1) {
        for (let j = 0; j < width; ++j) {
          const pixel = at(from, (width - 1 - j) * channels);
          // What is too much the next pixel writes over; the last one of the row has none.
          for (let c = 0; c < channels; c += 4) {
            const place = j * channels + c;
            storeLanes(at(to, place), v128.load(at(pixel, c)), row - place);
          }
        }
      } else {
        memory.copy(to, from, (<usize>row) << 2);
      }
    }
    x = at(x, size);
    y = at(y, size);
  }
}

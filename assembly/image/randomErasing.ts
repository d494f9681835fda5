import { normal4 } from "../lib/random";
import { sampleWords, uniform, unit } from "../lib/sample";
import { at } from "../lib/simd";

/**
 * y = x with a rectangle filled, with a probability from `low` to `high`: the square of its share of each axis is from `small` to
 * `large`. It is filled with a colour (blue from the third channel on), or with `isNoise` with normal noise times `greatest`. What fills is cut off at
 * least and greatest. `words` has room for 16 words. The noise has the words after the first sixteen of a sample, one an element.
 */
export function randomErasingForward(
  samples: i32, y: usize, x: usize, words: usize, step: usize, purpose: u32, position: u32,
  height: i32, width: i32, channels: i32, isNoise: i32, red: f32, green: f32, blue: f32,
  low: f32, high: f32, small: f32, large: f32, least: f32, greatest: f32,
): void {
  const size = height * width * channels;
  const blocks = 4 + ((size + 3) >> 2);
  const bottom = f32x4.splat(least), top = f32x4.splat(greatest);
  for (let n = 0; n < samples; ++n) {
    sampleWords(words, step, n, blocks, 0, purpose, position);
    const columns = sqrt<f32>(uniform(words, 0, small, large)) * <f32>width;
    const rows = sqrt<f32>(uniform(words, 1, small, large)) * <f32>height;
    const x0 = unit(words, 2) * (<f32>width - columns), x1 = x0 + columns;
    const y0 = unit(words, 3) * (<f32>height - rows), y1 = y0 + rows;
    const erases = unit(words, 5) < uniform(words, 4, low, high);
    memory.copy(y, x, (<usize>size) << 2);
    if (erases) {
      // Pixels whose place is in [x0, x1) x [y0, y1).
      const left = max(<i32>ceil<f32>(x0), 0), right = min(<i32>ceil<f32>(x1), width);
      const first = max(<i32>ceil<f32>(y0), 0), end = min(<i32>ceil<f32>(y1), height);
      for (let i = first; i < end; ++i) {
        const from = (i * width + left) * channels, to = (i * width + right) * channels;
        if (isNoise) {
          // Blocks of words begin at multiples of 16 elements here.
          for (let e = from & ~15; e < to; e += 16) {
            sampleWords(words, step, n, blocks, 4 + (e >> 2), purpose, position);
            for (let k = 0; k < 16; k += 4) {
              const noise = f32x4.mul(normal4(v128.load(at(words, k))), top);
              v128.store(at(words, k), f32x4.min(f32x4.max(noise, bottom), top));
            }
            for (let k = max(from - e, 0); k < 16 && e + k < to; ++k) store<f32>(at(y, e + k), load<f32>(at(words, k)));
          }
        } else {
          for (let e = from, c = 0; e < to; ++e) {
            const value = c == 0 ? red : c == 1 ? green : blue;
            store<f32>(at(y, e), min<f32>(max<f32>(value, least), greatest));
            if (++c == channels) c = 0;
          }
        }
      }
    }
    x = at(x, size);
    y = at(y, size);
  }
}

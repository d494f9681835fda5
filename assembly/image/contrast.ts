import { sampleWords, uniform } from "../lib/sample";
import { at, storeLanes } from "../lib/simd";

/** y = x cut off at least and greatest */
// @ts-ignore: decorator
@inline
function clip(x: v128, least: v128, greatest: v128): v128 {
  return f32x4.min(f32x4.max(x, least), greatest);
}

/**
 * y = clip((x - mean) f + mean) with the mean of each channel and f from `low` to `high`; `places` pixels a sample. `means` has room
 * for a pixel, `words` for 16 words.
 */
export function contrastForward(
  samples: i32, y: usize, x: usize, means: usize, words: usize, step: usize, purpose: u32, position: u32,
  places: i32, channels: i32, low: f32, high: f32, least: f32, greatest: f32,
): void {
  const bottom = f32x4.splat(least), top = f32x4.splat(greatest);
  const end = at(y, samples * places * channels);
  for (let n = 0; n < samples; ++n) {
    sampleWords(words, step, n, 4, 0, purpose, position);
    const f = f32x4.splat(uniform(words, 0, low, high));
    for (let c = 0; c < channels; ++c) {
      let sum: f64 = 0;
      for (let p = 0; p < places; ++p) sum += <f64>load<f32>(at(x, p * channels + c));
      store<f32>(at(means, c), <f32>(sum / <f64>places));
    }
    for (let p = 0; p < places; ++p) {
      for (let c = 0; c < channels; c += 4) {
        const mean = v128.load(at(means, c));
        const v = f32x4.add(f32x4.mul(f32x4.sub(v128.load(at(x, c)), mean), f), mean);
        // What is too much the next pixel writes over; the last one has none.
        const to = at(y, c);
        storeLanes(to, clip(v, bottom, top), <i32>((end - to) >> 2));
      }
      x = at(x, channels);
      y = at(y, channels);
    }
  }
}

/** y = clip(x + d) with d from `low` to `high`; `size` elements a sample. `words` has room for 16 words. */
export function contrastBrightness(
  samples: i32, y: usize, x: usize, words: usize, step: usize, purpose: u32, position: u32,
  size: i32, low: f32, high: f32, least: f32, greatest: f32,
): void {
  const bottom = f32x4.splat(least), top = f32x4.splat(greatest);
  for (let n = 0; n < samples; ++n) {
    sampleWords(words, step, n, 4, 0, purpose, position);
    const delta = f32x4.splat(uniform(words, 0, low, high) * (greatest - least));
    for (let i = 0; i < size; i += 4) {
      storeLanes(at(y, i), clip(f32x4.add(v128.load(at(x, i)), delta), bottom, top), size - i);
    }
    x = at(x, size);
    y = at(y, size);
  }
}

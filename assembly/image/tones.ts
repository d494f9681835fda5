// Each value by itself.

import { sampleWords, uniform, unit } from "../lib/sample";
import { at } from "../lib/simd";

/** y = greatest - x for some samples, with a probability from `low` to `high`; `size` elements a sample */
export function tonesInvert(
  samples: i32, y: usize, x: usize, words: usize, step: usize, purpose: u32, position: u32,
  size: i32, low: f32, high: f32, greatest: f32,
): void {
  for (let n = 0; n < samples; ++n) {
    sampleWords(words, step, n, 4, 0, purpose, position);
    const inverts = unit(words, 1) < uniform(words, 0, low, high);
    for (let i = 0; i < size; ++i) {
      const v = load<f32>(at(x, i));
      store<f32>(at(y, i), inverts ? greatest - v : v);
    }
    x = at(x, size);
    y = at(y, size);
  }
}

/** y = the upper bits of x as 8 bits over least .. greatest: `low` to `high - 1` of them */
export function tonesPosterize(
  samples: i32, y: usize, x: usize, words: usize, step: usize, purpose: u32, position: u32,
  size: i32, low: i32, high: i32, least: f32, greatest: f32,
): void {
  const span = greatest - least, isBytes = least == 0 && greatest == 255;
  for (let n = 0; n < samples; ++n) {
    sampleWords(words, step, n, 4, 0, purpose, position);
    const bits = low + min(<i32>(unit(words, 0) * <f32>(high - low)), max(high - low - 1, 0));
    const mask = 255 & ~((1 << (8 - bits)) - 1);
    for (let i = 0; i < size; ++i) {
      const v = load<f32>(at(x, i));
      const byte = <i32>(isBytes ? v : ((v - least) / span) * 255);
      const kept = <f32>(byte & mask);
      store<f32>(at(y, i), isBytes ? kept : (kept / 255) * span + least);
    }
    x = at(x, size);
    y = at(y, size);
  }
}

/** y = v below a threshold, 255 - v from it on, for v = clip(x + something), all over 0 .. 255 */
export function tonesSolarize(
  samples: i32, y: usize, x: usize, words: usize, step: usize, purpose: u32, position: u32,
  size: i32, lowAddition: f32, highAddition: f32, lowThreshold: f32, highThreshold: f32, least: f32, greatest: f32,
): void {
  const span = greatest - least, isBytes = least == 0 && greatest == 255;
  for (let n = 0; n < samples; ++n) {
    sampleWords(words, step, n, 4, 0, purpose, position);
    const added = uniform(words, 0, lowAddition, highAddition), threshold = uniform(words, 1, lowThreshold, highThreshold);
    for (let i = 0; i < size; ++i) {
      const v = load<f32>(at(x, i));
      const sum = min<f32>(max<f32>((isBytes ? v : ((v - least) / span) * 255) + added, 0), 255);
      const tone = sum < threshold ? sum : <f32>255 - sum;
      store<f32>(at(y, i), isBytes ? tone : (tone / 255) * span + least);
    }
    x = at(x, size);
    y = at(y, size);
  }
}

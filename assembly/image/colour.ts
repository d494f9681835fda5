// Colours of images of three channels.

import { sampleWords, uniform, unit } from "../lib/sample";
import { at } from "../lib/simd";

// @ts-ignore: decorator
@inline
function clip(x: f32, least: f32, greatest: f32): f32 {
  return min<f32>(max<f32>(x, least), greatest);
}

// @ts-ignore: decorator
@inline
function grayOf(x: usize): f32 {
  return <f32>0.2989 * load<f32>(x) + <f32>0.587 * load<f32>(x, 4) + <f32>0.114 * load<f32>(x, 8);
}

// @ts-ignore: decorator
@inline
function hueOf(r: f32, g: f32, b: f32, most: f32, range: f32): f32 {
  if (range <= 0) return 0;
  const norm = <f32>1 / (<f32>6 * range);
  const hue = r == most ? norm * (g - b) : g == most ? norm * (b - r) + <f32>(2.0 / 6.0) : norm * (r - g) + <f32>(4.0 / 6.0);
  return hue < 0 ? hue + 1 : hue;
}

/** y = value (1 - s + s * the pure colour) */
// @ts-ignore: decorator
@inline
function storeHsv(y: usize, hue: f32, s: f32, value: f32): void {
  const h = hue * 6;
  store<f32>(y, (<f32>1 - s + s * clip(abs<f32>(h - 3) - 1, 0, 1)) * value);
  store<f32>(y, (<f32>1 - s + s * clip(<f32>2 - abs<f32>(h - 2), 0, 1)) * value, 4);
  store<f32>(y, (<f32>1 - s + s * clip(<f32>2 - abs<f32>(h - 4), 0, 1)) * value, 8);
}

/** In HSV: S d / (1 - d + 1e-7), cut off at least and greatest; d from `low` to `high`. */
export function colourSaturation(
  samples: i32, y: usize, x: usize, words: usize, step: usize, purpose: u32, position: u32,
  places: i32, low: f32, high: f32, least: f32, greatest: f32,
): void {
  for (let n = 0; n < samples; ++n) {
    sampleWords(words, step, n, 4, 0, purpose, position);
    const d = uniform(words, 0, low, high);
    const f = d / (<f32>1 - d + <f32>1e-7);
    for (let p = 0; p < places; ++p) {
      const r = load<f32>(x), g = load<f32>(x, 4), b = load<f32>(x, 8);
      const most = max<f32>(max<f32>(r, g), b), range = most - min<f32>(min<f32>(r, g), b);
      const s: f32 = most > 0 ? range / most : 0;
      storeHsv(y, hueOf(r, g, b, most, range), clip(s * f, least, greatest), most);
      x = at(x, 3);
      y = at(y, 3);
    }
  }
}

/** In HSV: the hue moved by d / 2, d from `low` to `high`, either way. Values are brought to 0 .. 1 for that, and back. */
export function colourHue(
  samples: i32, y: usize, x: usize, words: usize, step: usize, purpose: u32, position: u32,
  places: i32, low: f32, high: f32, least: f32, greatest: f32,
): void {
  const span = greatest - least;
  for (let n = 0; n < samples; ++n) {
    sampleWords(words, step, n, 4, 0, purpose, position);
    const sign: f32 = unit(words, 0) > 0.5 ? -1 : 1;
    const d = sign * uniform(words, 1, low, high) * <f32>0.5;
    for (let p = 0; p < places; ++p) {
      const r = (load<f32>(x) - least) / span, g = (load<f32>(x, 4) - least) / span, b = (load<f32>(x, 8) - least) / span;
      const most = max<f32>(max<f32>(r, g), b), range = most - min<f32>(min<f32>(r, g), b);
      let hue = hueOf(r, g, b, most, range) + d;
      if (hue > 1) hue -= 1;
      if (hue < 0) hue += 1;
      storeHsv(y, hue, most > 0 ? range / most : 0, most);
      for (let c = 0; c < 3; ++c) store<f32>(at(y, c), clip(load<f32>(at(y, c)), 0, 1) * span + least);
      x = at(x, 3);
      y = at(y, 3);
    }
  }
}

/** y = clip(x + d (gray - x)), d from `low` to `high` */
export function colourDegeneration(
  samples: i32, y: usize, x: usize, words: usize, step: usize, purpose: u32, position: u32,
  places: i32, low: f32, high: f32, least: f32, greatest: f32,
): void {
  for (let n = 0; n < samples; ++n) {
    sampleWords(words, step, n, 4, 0, purpose, position);
    const d = uniform(words, 0, low, high);
    for (let p = 0; p < places; ++p) {
      const gray = grayOf(x);
      for (let c = 0; c < 3; ++c) {
        const v = load<f32>(at(x, c));
        store<f32>(at(y, c), clip(v + d * (gray - v), least, greatest));
      }
      x = at(x, 3);
      y = at(y, 3);
    }
  }
}

/** y = gray for a share of the samples, x for the others */
export function colourGrayscale(
  samples: i32, y: usize, x: usize, words: usize, step: usize, purpose: u32, position: u32, places: i32, share: f32,
): void {
  for (let n = 0; n < samples; ++n) {
    sampleWords(words, step, n, 4, 0, purpose, position);
    const isGray = unit(words, 0) < share;
    for (let p = 0; p < places; ++p) {
      const gray = grayOf(x);
      for (let c = 0; c < 3; ++c) store<f32>(at(y, c), isGray ? gray : load<f32>(at(x, c)));
      x = at(x, 3);
      y = at(y, 3);
    }
  }
}

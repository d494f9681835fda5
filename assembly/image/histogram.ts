// Each channel of an image by the values that it has.

import { at } from "../lib/simd";

/** y = x stretched so that the least value of each channel is `least` and the greatest is `greatest`; a channel of one value stays */
export function histogramAutoContrast(
  samples: i32, y: usize, x: usize, places: i32, channels: i32, least: f32, greatest: f32,
): void {
  const span = greatest - least, isBytes = least == 0 && greatest == 255;
  for (let n = 0; n < samples; ++n) {
    for (let c = 0; c < channels; ++c) {
      let low = load<f32>(at(x, c)), high = low;
      for (let p = 1; p < places; ++p) {
        const v = load<f32>(at(x, p * channels + c));
        low = min<f32>(low, v);
        high = max<f32>(high, v);
      }
      if (!isBytes) {
        low = ((low - least) / span) * 255;
        high = ((high - least) / span) * 255;
      }
      const scale = <f32>255 / (high - low), offset = -low * scale;
      for (let e = c; e < places * channels; e += channels) {
        const v = load<f32>(at(x, e));
        const tone = (isBytes ? v : ((v - least) / span) * 255) * scale + offset;
        const cut = min<f32>(max<f32>(tone, 0), 255);
        store<f32>(at(y, e), cut != cut ? v : isBytes ? cut : (cut / 255) * span + least);
      }
    }
    x = at(x, places * channels);
    y = at(y, places * channels);
  }
}

/** y = x by the share of values below it, in each channel of each image. `counts` has room for `bins` numbers. */
export function histogramEqualize(
  samples: i32, y: usize, x: usize, counts: usize, places: i32, channels: i32, bins: i32, least: f32, greatest: f32,
): void {
  const span = greatest - least, isBytes = least == 0 && greatest == 255;
  const scale = <f32>(255.0 / <f64>span), offset = <f32>(-<f64>least * (255.0 / <f64>span));
  const back = <f32>(<f64>span / 255.0);
  const last = <f32>(bins - 1);
  for (let n = 0; n < samples; ++n) {
    for (let c = 0; c < channels; ++c) {
      memory.fill(counts, 0, (<usize>bins) << 2);
      for (let e = c; e < places * channels; e += channels) {
        const v = load<f32>(at(x, e));
        const tone = isBytes ? v : v * scale + offset;
        const bin = at(counts, min(max(<i32>((tone * last) / 255), 0), bins - 1));
        store<i32>(bin, load<i32>(bin) + 1);
      }
      // From counts to sums of counts, and from these to values.
      let filled = 0, sum = 0, first = 0;
      for (let b = 0; b < bins; ++b) {
        const count = load<i32>(at(counts, b));
        if (count > 0 && filled++ == 0) first = count;
        sum += count;
        store<i32>(at(counts, b), sum);
      }
      const divisor: f64 = sum == first ? 1 : <f64>(sum - first);
      for (let e = c; e < places * channels; e += channels) {
        const v = load<f32>(at(x, e));
        const tone = isBytes ? v : v * scale + offset;
        let result = tone;
        if (filled > 1) {
          const bin = <i32>min<f32>(max<f32>((tone / 255) * last, 0), last);
          const above = <f64>(load<i32>(at(counts, bin)) - first) * 255;
          result = <f32>min<f64>(max<f64>(nearest<f64>(above / divisor), 0), 255);
        }
        store<f32>(at(y, e), isBytes ? result : result * back + least);
      }
    }
    x = at(x, places * channels);
    y = at(y, places * channels);
  }
}

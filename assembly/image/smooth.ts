// Images and weighted sums of the neighbours of each pixel; what lies outside is 0.

import { exp4 } from "../lib/math";
import { sampleWords, uniform, unit } from "../lib/sample";
import { at, storeLanes } from "../lib/simd";

/** weights[0..size) = a Gaussian about the middle, their sum 1 */
function gaussian(weights: usize, size: i32, sigma: f32): void {
  let sum: f32 = 0;
  for (let k = 0; k < size; ++k) {
    const place = (<f32>k - <f32>(size - 1) * <f32>0.5) / sigma;
    const weight = f32x4.extract_lane(exp4(f32x4.splat(<f32>-0.5 * place * place)), 0);
    store<f32>(at(weights, k), weight);
    sum += weight;
  }
  for (let k = 0; k < size; ++k) store<f32>(at(weights, k), load<f32>(at(weights, k)) / sum);
}

/** Sums along one axis: pixel `index` of `count`, neighbours `stride` elements apart. */
// @ts-ignore: decorator
@inline
function along(x: usize, index: i32, count: i32, stride: i32, weights: usize, size: i32): v128 {
  const half = size >> 1;
  let sum = f32x4.splat(0);
  for (let k = max(0, half - index); k < size && index + k - half < count; ++k) {
    sum = f32x4.add(sum, f32x4.mul(v128.load32_splat(at(weights, k)), v128.load(x + (<isize>((k - half) * stride) << 2))));
  }
  return sum;
}

/**
 * y = clip(x or, with a probability from `low` to `high`, x blurred by a Gaussian of `columns` x `rows` pixels and standard
 * deviations from `narrow` to `wide`). `blurred` has room for a sample, `weights` for max(columns, rows) numbers.
 */
export function smoothGaussian(
  samples: i32, y: usize, x: usize, blurred: usize, weights: usize, words: usize, step: usize, purpose: u32, position: u32,
  height: i32, width: i32, channels: i32, columns: i32, rows: i32,
  low: f32, high: f32, narrow: f32, wide: f32, least: f32, greatest: f32,
): void {
  const row = width * channels, size = height * row;
  const bottom = f32x4.splat(least), top = f32x4.splat(greatest);
  for (let n = 0; n < samples; ++n) {
    sampleWords(words, step, n, 4, 0, purpose, position);
    const blurs = unit(words, 1) < uniform(words, 0, low, high);
    const sigmaX = uniform(words, 2, narrow, wide) + <f32>1e-6, sigmaY = uniform(words, 3, narrow, wide) + <f32>1e-6;
    let from = x;
    if (blurs) {
      from = blurred;
      gaussian(weights, columns, sigmaX);
      for (let i = 0; i < height; ++i) {
        for (let j = 0; j < width; ++j) {
          const pixel = i * row + j * channels;
          for (let c = 0; c < channels; c += 4) {
            const sum = along(at(x, pixel + c), j, width, channels, weights, columns);
            storeLanes(at(blurred, pixel + c), sum, channels - c);
          }
        }
      }
      gaussian(weights, rows, sigmaY);
    }
    for (let i = 0; i < height; ++i) {
      for (let e = 0; e < row; e += 4) {
        const place = at(from, i * row + e);
        const v = blurs ? along(place, i, height, row, weights, rows) : v128.load(place);
        storeLanes(at(y, i * row + e), f32x4.min(f32x4.max(v, bottom), top), row - e);
      }
    }
    x = at(x, size);
    y = at(y, size);
  }
}

/** y = clip(x + (1 - 2 d) (smoothed - x)), d from `low` to `high`, smoothed by 1/13 for each neighbour and 5/13 for the pixel */
export function smoothSharpness(
  samples: i32, y: usize, x: usize, words: usize, step: usize, purpose: u32, position: u32,
  height: i32, width: i32, channels: i32, low: f32, high: f32, least: f32, greatest: f32,
): void {
  const row = width * channels, size = height * row;
  const bottom = f32x4.splat(least), top = f32x4.splat(greatest);
  const a = f32x4.splat(1.0 / 13.0), b = f32x4.splat(5.0 / 13.0);
  for (let n = 0; n < samples; ++n) {
    sampleWords(words, step, n, 4, 0, purpose, position);
    const share = f32x4.splat(<f32>1 - uniform(words, 0, low, high) * 2);
    for (let i = 0; i < height; ++i) {
      for (let j = 0; j < width; ++j) {
        for (let c = 0; c < channels; c += 4) {
          const at0 = i * row + j * channels + c;
          let sum = f32x4.splat(0);
          for (let di = max(i - 1, 0); di <= min(i + 1, height - 1); ++di) {
            for (let dj = max(j - 1, 0); dj <= min(j + 1, width - 1); ++dj) {
              const weight = di == i && dj == j ? b : a;
              sum = f32x4.add(sum, f32x4.mul(weight, v128.load(at(x, di * row + dj * channels + c))));
            }
          }
          const v = v128.load(at(x, at0));
          const sharp = f32x4.add(v, f32x4.mul(share, f32x4.sub(sum, v)));
          storeLanes(at(y, at0), f32x4.min(f32x4.max(sharp, bottom), top), channels - c);
        }
      }
    }
    x = at(x, size);
    y = at(y, size);
  }
}

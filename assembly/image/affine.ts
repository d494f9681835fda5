// Images under affine maps, one for each sample: y at (row i, column j) is x at (b0 j + b1 i + b2, a0 j + a1 i + a2). A map is six
// numbers: a0, a1, a2, b0, b1, b2.

import { sampleWords, uniform, unit } from "../lib/sample";
import { at, storeLanes } from "../lib/simd";
import { sinPi } from "../lib/sinPi";

// What lies outside of an image; the numbers stand in src/layers/augmentation/affineAugmentation.ts too.
// @ts-ignore: decorator
@inline
const REFLECT: i32 = 0;
// @ts-ignore: decorator
@inline
const CONSTANT: i32 = 1;
// @ts-ignore: decorator
@inline
const WRAP: i32 = 2;

// @ts-ignore: decorator
@inline
function store6(map: usize, a0: f32, a1: f32, a2: f32, b0: f32, b1: f32, b2: f32): void {
  v128.store(map, f32x4.replace_lane(f32x4.replace_lane(f32x4.replace_lane(f32x4.splat(a0), 1, a1), 2, a2), 3, b0));
  store<f32>(map, b1, 16);
  store<f32>(map, b2, 20);
}

/** Moves down by a share of the height between lowY and highY, and to the right. */
export function affineTranslation(
  samples: i32, maps: usize, words: usize, step: usize, purpose: u32, position: u32, height: i32, width: i32,
  lowY: f32, highY: f32, lowX: f32, highX: f32,
): void {
  for (let n = 0; n < samples; ++n) {
    sampleWords(words, step, n, 4, 0, purpose, position);
    const down = uniform(words, 0, lowY, highY) * <f32>height, right = uniform(words, 1, lowX, highX) * <f32>width;
    store6(at(maps, 6 * n), 1, 0, -right, 0, 1, -down);
  }
}

/** Turns about the centre, by a share of a full turn. */
export function affineRotation(
  samples: i32, maps: usize, words: usize, step: usize, purpose: u32, position: u32, height: i32, width: i32,
  low: f32, high: f32,
): void {
  const x = <f32>0.5 * <f32>(width - 1), y = <f32>0.5 * <f32>(height - 1);
  for (let n = 0; n < samples; ++n) {
    sampleWords(words, step, n, 4, 0, purpose, position);
    const halves: f64 = <f64>2 * <f64>uniform(words, 0, low, high);
    const sine = <f32>sinPi(halves), cosine = <f32>sinPi(halves + 0.5);
    store6(at(maps, 6 * n), cosine, -sine, x - x * cosine + y * sine, sine, cosine, y - x * sine - y * cosine);
  }
}

/** Shows 1 + share of the height and of the width, about the centre; with `isSame` the same of both. */
export function affineZoom(
  samples: i32, maps: usize, words: usize, step: usize, purpose: u32, position: u32, height: i32, width: i32,
  lowY: f32, highY: f32, lowX: f32, highX: f32, isSame: i32,
): void {
  const x = <f32>0.5 * <f32>(width - 1), y = <f32>0.5 * <f32>(height - 1);
  for (let n = 0; n < samples; ++n) {
    sampleWords(words, step, n, 4, 0, purpose, position);
    const down = uniform(words, 0, <f32>1 + lowY, <f32>1 + highY);
    const right = isSame ? down : uniform(words, 1, <f32>1 + lowX, <f32>1 + highX);
    store6(at(maps, 6 * n), right, 0, x * (<f32>1 - right), 0, down, y * (<f32>1 - down));
  }
}

/** Reads at x + s y, y + t x; the sign of both changes at random. */
export function affineShear(
  samples: i32, maps: usize, words: usize, step: usize, purpose: u32, position: u32,
  lowX: f32, highX: f32, lowY: f32, highY: f32,
): void {
  for (let n = 0; n < samples; ++n) {
    sampleWords(words, step, n, 4, 0, purpose, position);
    const sign: f32 = unit(words, 0) > 0.5 ? -1 : 1;
    const y = uniform(words, 1, lowY, highY) * sign, x = uniform(words, 2, lowX, highX) * sign;
    store6(at(maps, 6 * n), 1, x, 0, y, 1, 0);
  }
}

/** A place inside an axis of `count` pixels for one that may lie outside, as TensorFlow has it; CONSTANT changes nothing. */
function inside(place: f32, count: i32, mode: i32): f32 {
  if (mode == CONSTANT) return place;
  const size = <f32>count, last: f32 = size - 1;
  if (mode == REFLECT && (place < 0 || place > last)) {
    // dcba|abcd has period 2 size.
    const twice: f32 = <f32>2 * size;
    const rest = place - twice * floor<f32>(place / twice);
    place = rest >= size ? twice - rest - 1 : rest;
  } else if (mode == WRAP && (place < 0 || place > last)) {
    if (count <= 1) return 0;
    // A stretch of size - 1 is one pixel more for TensorFlow: as Keras' numbers are.
    if (place < 0) place += size * (trunc<f32>(-place / last) + 1);
    else place -= size * trunc<f32>(place / last);
  }
  return min<f32>(max<f32>(place, 0), last);
}

/** To the nearest integer, halves away from 0. */
// @ts-ignore: decorator
@inline
function round(x: f32): i32 {
  const whole = floor<f32>(abs<f32>(x) + 0.5);
  return <i32>(x < 0 ? -whole : whole);
}

/** Sets entry k of the taps, unless it lies outside: (offset of the pixel, weight); returns the weight that is left for the constant. */
// @ts-ignore: decorator
@inline
function tap(taps: usize, k: i32, i: i32, j: i32, weight: f32, height: i32, width: i32, channels: i32): f32 {
  const isIn = i >= 0 && i < height && j >= 0 && j < width;
  store<i32>(at(taps, 2 * k), isIn ? (i * width + j) * channels : 0);
  store<f32>(at(taps, 2 * k), isIn ? weight : 0, 4);
  return isIn ? 0 : weight;
}

/** The four pixels that y at (i, j) is made of, or one of them with a weight; returns the weight of the constant. */
function tapsOf(
  taps: usize, map: usize, i: i32, j: i32, height: i32, width: i32, channels: i32, mode: i32, isNearest: i32,
): f32 {
  const x = load<f32>(map) * <f32>j + load<f32>(map, 4) * <f32>i + load<f32>(map, 8);
  const y = load<f32>(map, 12) * <f32>j + load<f32>(map, 16) * <f32>i + load<f32>(map, 20);
  const column = inside(x, width, mode), row = inside(y, height, mode);
  if (isNearest) return tap(taps, 0, round(row), round(column), 1, height, width, channels);
  const top = floor<f32>(row), left = floor<f32>(column);
  const t = <i32>top, l = <i32>left;
  const low = row - top, right = column - left;
  const up = top + 1 - row, before = left + 1 - column;
  return tap(taps, 0, t, l, up * before, height, width, channels)
    + tap(taps, 1, t, l + 1, up * right, height, width, channels)
    + tap(taps, 2, t + 1, l, low * before, height, width, channels)
    + tap(taps, 3, t + 1, l + 1, low * right, height, width, channels);
}

/** x under the maps; `taps` has room for 8 numbers. Bilinear, or with `isNearest` the nearest pixel. `value`: CONSTANT's. */
export function affineForward(
  samples: i32, y: usize, x: usize, maps: usize, taps: usize, height: i32, width: i32, channels: i32,
  mode: i32, isNearest: i32, value: f32,
): void {
  const count = isNearest ? 1 : 4, size = height * width * channels;
  const end = at(y, samples * size);
  for (let n = 0; n < samples; ++n) {
    const map = at(maps, 6 * n);
    for (let i = 0; i < height; ++i) {
      for (let j = 0; j < width; ++j) {
        const outside = f32x4.splat(tapsOf(taps, map, i, j, height, width, channels, mode, isNearest) * value);
        for (let c = 0; c < channels; c += 4) {
          let sum = outside;
          for (let k = 0; k < count; ++k) {
            const weight = load<f32>(at(taps, 2 * k), 4);
            if (weight == 0) continue;
            const pixel = v128.load(at(x, load<i32>(at(taps, 2 * k)) + c));
            sum = f32x4.add(sum, f32x4.mul(f32x4.splat(weight), pixel));
          }
          // What is too much the next pixel writes over; the last one has none.
          const to = at(y, c);
          storeLanes(to, sum, <i32>((end - to) >> 2));
        }
        y = at(y, channels);
      }
    }
    x = at(x, size);
  }
}

/** dx = the sum over all places of y that read a pixel: weight * dy */
export function affineBackward(
  samples: i32, dx: usize, dy: usize, maps: usize, taps: usize, height: i32, width: i32, channels: i32,
  mode: i32, isNearest: i32,
): void {
  const count = isNearest ? 1 : 4, size = height * width * channels;
  memory.fill(dx, 0, (<usize>(samples * size)) << 2);
  for (let n = 0; n < samples; ++n) {
    const map = at(maps, 6 * n);
    for (let i = 0; i < height; ++i) {
      for (let j = 0; j < width; ++j) {
        tapsOf(taps, map, i, j, height, width, channels, mode, isNearest);
        for (let k = 0; k < count; ++k) {
          const weight = f32x4.splat(load<f32>(at(taps, 2 * k), 4));
          const pixel = at(dx, load<i32>(at(taps, 2 * k)));
          for (let c = 0; c < channels; c += 4) {
            const sum = f32x4.add(v128.load(at(pixel, c)), f32x4.mul(weight, v128.load(at(dy, c))));
            storeLanes(at(pixel, c), sum, channels - c);
          }
        }
        dy = at(dy, channels);
      }
    }
    dx = at(dx, size);
  }
}

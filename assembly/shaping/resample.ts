// One axis brought to another size: y[o] is a weighted sum of some neighbours. Which ones, and their weights, stand in a table that is
// made once in the prepare phase: for each o the first neighbour (i32), then `taps` weights (f32).

import { at, madd, storeLanes } from "../lib/simd";
import { sinPi } from "../lib/sinPi";

// How neighbours are weighed, as TensorFlow does it; the numbers stand in src/layers/resample.ts too.
// @ts-ignore: decorator
@inline
const NEAREST: i32 = 0;
// @ts-ignore: decorator
@inline
const BILINEAR: i32 = 1;
// @ts-ignore: decorator
@inline
const BICUBIC: i32 = 2;
// @ts-ignore: decorator
@inline
const LANCZOS3: i32 = 3;
// @ts-ignore: decorator
@inline
const LANCZOS5: i32 = 5;
// @ts-ignore: decorator
@inline
const AREA: i32 = 6;
/** Equal weights for the places from floor(o size / out) to ceil((o + 1) size / out): adaptive pooling. */
// @ts-ignore: decorator
@inline
const ADAPTIVE: i32 = 7;

/**
 * @param taps at most `size`
 * @param smooth 0, or where a smaller output is smoothed: how far the weights spread, max(size / out, 1)
 */
export function resampleTable(
  table: usize, size: i32, out: i32, taps: i32, method: i32, smooth: f32,
): void {
  const scale = <f32>size / <f32>out;
  for (let o = 0; o < out; ++o) {
    memory.fill(at(table, 1), 0, (<usize>taps) << 2);
    const centre = (<f32>o + 0.5) * scale;
    if (method == NEAREST) {
      fill(table, min(<i32>floor<f32>(centre), size - 1), 1, taps, size);
    } else if (method == AREA) {
      area(table, o, scale, size, taps);
    } else if (method == ADAPTIVE) {
      const begin = (o * size) / out, end = ((o + 1) * size + out - 1) / out;
      fill(table, begin, 0, taps, size);
      const offset = begin - load<i32>(table);
      for (let k = 0; k < end - begin; ++k) store<f32>(at(table, 1 + offset + k), <f32>1 / <f32>(end - begin));
    } else if (method == BILINEAR && smooth == 0) {
      const place = centre - 0.5;
      const first = <i32>floor<f32>(place), share = place - floor<f32>(place);
      fill(table, max(first, 0), 1, taps, size);
      if (first >= 0 && first + 1 < size) {
        store<f32>(at(table, 1 + first - load<i32>(table)), <f32>1 - share);
        store<f32>(at(table, 2 + first - load<i32>(table)), share);
      }
    } else if (method == BICUBIC && smooth == 0) {
      cubic(table, centre - 0.5, size, taps);
    } else {
      spread(table, centre, size, taps, method, max<f32>(smooth, 1));
    }
    table = at(table, taps + 1);
  }
}

/** Begins an entry: `count` neighbours from `first` on, so that all taps lie inside. The first weight is 1. */
// @ts-ignore: decorator
@inline
function fill(table: usize, first: i32, count: i32, taps: i32, size: i32): void {
  const begin = min(first, size - taps);
  store<i32>(table, begin);
  if (count == 1) store<f32>(at(table, 1 + first - begin), 1);
}

/** The part of each place that [o scale, (o + 1) scale) covers. */
function area(table: usize, o: i32, scale: f32, size: i32, taps: i32): void {
  const from = <f32>o * scale, to = <f32>(o + 1) * scale;
  const begin = <i32>floor<f32>(from), end = min(<i32>ceil<f32>(to), size);
  fill(table, begin, 0, taps, size);
  const offset = begin - load<i32>(table);
  for (let i = begin; i < end; ++i) {
    const covered = min<f32>(<f32>(i + 1), to) - max<f32>(<f32>i, from);
    store<f32>(at(table, 1 + offset + i - begin), covered / scale);
  }
}

/** Keys' cubic, the distance rounded to 1 / 1024 as TensorFlow does; what lies outside has no weight. */
function cubic(table: usize, place: f32, size: i32, taps: i32): void {
  const middle = <i32>floor<f32>(place);
  const share = nearest<f32>((place - <f32>middle) * 1024) / 1024;
  const begin = max(middle - 1, 0), end = min(middle + 3, size);
  fill(table, begin, 0, taps, size);
  const offset = begin - load<i32>(table);
  let sum: f32 = 0;
  for (let i = begin; i < end; ++i) {
    const weight = keys(abs<f32>(<f32>(i - middle) - share));
    store<f32>(at(table, 1 + offset + i - begin), weight);
    sum += weight;
  }
  for (let k = 0; k < taps; ++k) store<f32>(at(table, 1 + k), load<f32>(at(table, 1 + k)) / sum);
}

function keys(x: f32): f32 {
  if (x >= 2) return 0;
  if (x >= 1) return ((<f32>-0.5 * x + 2.5) * x - 4) * x + 2;
  return (<f32>1.5 * x - 2.5) * x * x + 1;
}

function lanczos(x: f32, radius: f32): f32 {
  if (x > radius) return 0;
  if (x <= 1e-3) return 1;
  const turn = <f64>x * 3.141592653589793;
  return <f32>((<f64>radius * sinPi(<f64>x) * sinPi(<f64>x / <f64>radius)) / (turn * turn));
}

function weightOf(x: f32, method: i32): f32 {
  if (method == BILINEAR) return max<f32>(0, <f32>1 - x);
  return method == BICUBIC ? keys(x) : lanczos(x, <f32>method);
}

/** All places that a kernel around the centre reaches, their weights brought to a sum of 1. */
function spread(table: usize, centre: f32, size: i32, taps: i32, method: i32, wide: f32): void {
  const radius: f32 = method == BILINEAR ? 1 : method == BICUBIC ? 2 : <f32>method;
  const reach = radius * wide;
  const begin = max(0, min(size - 1, <i32>ceil<f32>(centre - reach - 0.5)));
  const end = max(0, min(size - 1, <i32>floor<f32>(centre + reach - 0.5))) + 1;
  fill(table, begin, 0, taps, size);
  const offset = begin - load<i32>(table);
  const narrow = <f32>1 / wide;
  let sum: f32 = 0;
  for (let i = begin; i < end; ++i) {
    const weight = weightOf(abs<f32>((<f32>i + 0.5 - centre) * narrow), method);
    store<f32>(at(table, 1 + offset + i - begin), weight);
    sum += weight;
  }
  for (let k = 0; k < taps; ++k) store<f32>(at(table, 1 + k), load<f32>(at(table, 1 + k)) / sum);
}

/** y[n,a,o,c] = sum over k of weight[o,k] x[n,a,first[o]+k,c]; x (samples, outer, size, inner), y (samples, outer, out, inner) */
export function resampleForward(
  samples: i32, y: usize, x: usize, table: usize, taps: i32, outer: i32, size: i32, out: i32, inner: i32,
): void {
  const stride = (<usize>inner) << 2;
  const end = y + <usize>(samples * outer * out) * stride;
  for (let a = 0; a < samples * outer; ++a) {
    let entry = table;
    for (let o = 0; o < out; ++o) {
      const begin = x + <usize>load<i32>(entry) * stride;
      let c = 0;
      for (; c + 8 <= inner; c += 8) {
        let p = at(begin, c), w = v128.load32_splat(entry, 4);
        let s0 = f32x4.mul(w, v128.load(p)), s1 = f32x4.mul(w, v128.load(p, 16));
        for (let k = 1; k < taps; ++k) {
          p += stride;
          w = v128.load32_splat(at(entry, k), 4);
          s0 = madd(w, v128.load(p), s0);
          s1 = madd(w, v128.load(p, 16), s1);
        }
        v128.store(at(y, c), s0);
        v128.store(at(y, c), s1, 16);
      }
      for (; c < inner; c += 4) {
        let p = at(begin, c);
        let sum = f32x4.mul(v128.load32_splat(entry, 4), v128.load(p));
        for (let k = 1; k < taps; ++k) {
          p += stride;
          sum = madd(v128.load32_splat(at(entry, k), 4), v128.load(p), sum);
        }
        // What is too much the next place writes over; the last one has none.
        const to = at(y, c);
        storeLanes(to, sum, <i32>((end - to) >> 2));
      }
      y += stride;
      entry = at(entry, taps + 1);
    }
    x += <usize>size * stride;
  }
}

/** dx[n,a,first[o]+k,c] = sum of weight[o,k] dy[n,a,o,c] */
export function resampleBackward(
  samples: i32, dx: usize, dy: usize, table: usize, taps: i32, outer: i32, size: i32, out: i32, inner: i32,
): void {
  const stride = (<usize>inner) << 2;
  memory.fill(dx, 0, <usize>(samples * outer * size) * stride);
  for (let a = 0; a < samples * outer; ++a) {
    let entry = table;
    for (let o = 0; o < out; ++o) {
      let to = dx + <usize>load<i32>(entry) * stride;
      for (let k = 0; k < taps; ++k) {
        const w = v128.load32_splat(at(entry, k), 4);
        let c = 0;
        for (; c + 4 <= inner; c += 4) v128.store(at(to, c), madd(w, v128.load(at(dy, c)), v128.load(at(to, c))));
        storeLanes(at(to, c), madd(w, v128.load(at(dy, c)), v128.load(at(to, c))), inner - c);
        to += stride;
      }
      dy += stride;
      entry = at(entry, taps + 1);
    }
    dx += <usize>size * stride;
  }
}

/** y = `value` around x, which begins at (top, left); y is (samples, outHeight, outWidth, channels). */
export function resampleFrame(
  samples: i32, y: usize, x: usize, height: i32, width: i32, channels: i32,
  outHeight: i32, outWidth: i32, top: i32, left: i32, value: f32,
): void {
  const count = samples * outHeight * outWidth * channels;
  for (let i = 0; i < count; i += 4) storeLanes(at(y, i), f32x4.splat(value), count - i);
  const row = width * channels;
  for (let n = 0; n < samples; ++n) {
    for (let i = 0; i < height; ++i) {
      memory.copy(at(y, ((n * outHeight + top + i) * outWidth + left) * channels), x, (<usize>row) << 2);
      x = at(x, row);
    }
  }
}

// Pooling over all places: x (samples, positions, channels), y (samples, channels).

import { at, storeLanes } from "../lib/simd";

// @ts-ignore: decorator
@inline
const CHUNK: i32 = 64;

/** y[n,c] = mean over p of x[n,p,c]; in chunks of places, so that rounding errors stay small. */
export function globalPoolAverageForward(samples: i32, y: usize, x: usize, positions: i32, channels: i32): void {
  const factor = f32x4.splat(<f32>positions);
  const stride = (<usize>channels) << 2;
  memory.fill(y, 0, <usize>samples * stride);
  for (let n = 0; n < samples; ++n) {
    for (let begin = 0; begin < positions; begin += CHUNK) {
      const end = min(begin + CHUNK, positions);
      for (let c = 0; c < channels; c += 8) {
        let s0 = f32x4.splat(0), s1 = s0, p = at(x, begin * channels + c);
        for (let i = begin; i < end; ++i) {
          s0 = f32x4.add(s0, v128.load(p));
          s1 = f32x4.add(s1, v128.load(p, 16));
          p += stride;
        }
        const q = at(y, c);
        storeLanes(q, f32x4.add(v128.load(q), s0), channels - c);
        storeLanes(q + 16, f32x4.add(v128.load(q, 16), s1), channels - c - 4);
      }
    }
    for (let c = 0; c < channels; c += 4) storeLanes(at(y, c), f32x4.div(v128.load(at(y, c)), factor), channels - c);
    x += <usize>positions * stride;
    y += stride;
  }
}

/** dx[n,p,c] = dy[n,c] / positions */
export function globalPoolAverageBackward(samples: i32, dx: usize, dy: usize, positions: i32, channels: i32): void {
  const factor = f32x4.splat(<f32>positions);
  const end = at(dx, samples * positions * channels);
  for (let n = 0; n < samples; ++n) {
    for (let p = 0; p < positions; ++p) {
      for (let c = 0; c < channels; c += 4) {
        // What is too much the next place writes over; the last one has none.
        const to = at(dx, c);
        storeLanes(to, f32x4.div(v128.load(at(dy, c)), factor), <i32>((end - to) >> 2));
      }
      dx = at(dx, channels);
    }
    dy = at(dy, channels);
  }
}

/** y[n,c] = max over p of x[n,p,c]; NaN if one is NaN. */
export function globalPoolMaxForward(samples: i32, y: usize, x: usize, positions: i32, channels: i32): void {
  const stride = (<usize>channels) << 2;
  for (let n = 0; n < samples; ++n) {
    for (let c = 0; c < channels; c += 4) {
      let best = f32x4.splat(-Infinity), none = f32x4.splat(0), p = at(x, c);
      for (let i = 0; i < positions; ++i, p += stride) {
        const v = v128.load(p);
        best = f32x4.pmax(best, v);
        none = v128.or(none, f32x4.ne(v, v));
      }
      storeLanes(at(y, c), v128.or(best, none), channels - c);
    }
    x += <usize>positions * stride;
    y += stride;
  }
}

/** dx[n,p,c] = dy[n,c] / (how many are the maximum) where x[n,p,c] is, else 0: as Keras, equals share. */
export function globalPoolMaxBackward(
  samples: i32, dx: usize, dy: usize, x: usize, y: usize, positions: i32, channels: i32,
): void {
  const stride = (<usize>channels) << 2;
  for (let n = 0; n < samples; ++n) {
    for (let c = 0; c < channels; c += 4) {
      const most = v128.load(at(y, c));
      let count = i32x4.splat(0), p = at(x, c);
      for (let i = 0; i < positions; ++i, p += stride) count = i32x4.sub(count, f32x4.eq(v128.load(p), most));
      const share = f32x4.div(v128.load(at(dy, c)), f32x4.convert_i32x4_s(count));
      p = at(x, c);
      let to = at(dx, c);
      for (let i = 0; i < positions; ++i, p += stride, to += stride) {
        storeLanes(to, v128.and(share, f32x4.eq(v128.load(p), most)), channels - c);
      }
    }
    x += <usize>positions * stride;
    dx += <usize>positions * stride;
    y += stride;
    dy += stride;
  }
}

// What normalisations with statistics of each channel share. Shapes: x, y (samples, positions, channels); a row of numbers is (k,
// channels). Samples are summed up in chunks of positions: they stay in the cache, and rounding errors stay small.

import { at, madd, storeLanes } from "../lib/simd";

// @ts-ignore: decorator
@inline
const CHUNK: i32 = 32;

/** moments[n,0,c] = mean over p of x[n,p,c]; moments[n,1,c] = sum over p of (x[n,p,c] - that mean)^2 */
export function channelMoments(samples: i32, moments: usize, x: usize, positions: i32, channels: i32): void {
  memory.fill(moments, 0, (<usize>(samples * channels)) << 3);
  for (let n = 0; n < samples; ++n) {
    for (let p = 0; p < positions; p += CHUNK) {
      const count = min(positions - p, CHUNK);
      for (let c = 0; c < channels; c += 8) addMoments(at(moments, c), at(x, p * channels + c), count, p, channels, c);
    }
    x = at(x, positions * channels);
    moments = at(moments, channels << 1);
  }
}

/** Takes `count` more rows of eight channels into the moments of those `before` (Chan, Golub and LeVeque, 1979). */
function addMoments(moments: usize, x: usize, count: i32, before: i32, channels: i32, c: i32): void {
  const stride = (<usize>channels) << 2;
  const pairs = count >> 1, odd = count & 1;
  let a0 = f32x4.splat(0), a1 = a0, b0 = a0, b1 = a0;
  let p = x;
  for (let i = 0; i < pairs; ++i) {
    a0 = f32x4.add(a0, v128.load(p));
    a1 = f32x4.add(a1, v128.load(p, 16));
    p += stride;
    b0 = f32x4.add(b0, v128.load(p));
    b1 = f32x4.add(b1, v128.load(p, 16));
    p += stride;
  }
  if (odd) {
    a0 = f32x4.add(a0, v128.load(p));
    a1 = f32x4.add(a1, v128.load(p, 16));
  }
  const counts = f32x4.splat(<f32>count);
  const mean0 = f32x4.div(f32x4.add(a0, b0), counts), mean1 = f32x4.div(f32x4.add(a1, b1), counts);
  a0 = f32x4.splat(0), a1 = a0, b0 = a0, b1 = a0;
  p = x;
  for (let i = 0; i < pairs; ++i) {
    const d0 = f32x4.sub(v128.load(p), mean0), d1 = f32x4.sub(v128.load(p, 16), mean1);
    a0 = madd(d0, d0, a0);
    a1 = madd(d1, d1, a1);
    p += stride;
    const e0 = f32x4.sub(v128.load(p), mean0), e1 = f32x4.sub(v128.load(p, 16), mean1);
    b0 = madd(e0, e0, b0);
    b1 = madd(e1, e1, b1);
    p += stride;
  }
  if (odd) {
    const d0 = f32x4.sub(v128.load(p), mean0), d1 = f32x4.sub(v128.load(p, 16), mean1);
    a0 = madd(d0, d0, a0);
    a1 = madd(d1, d1, a1);
  }
  const total = <f32>(before + count);
  const share = f32x4.splat(<f32>count / total);
  const between = f32x4.splat((<f32>before * <f32>count) / total);
  mergeMoments(moments, mean0, f32x4.add(a0, b0), share, between, stride, channels - c);
  mergeMoments(moments + 16, mean1, f32x4.add(a1, b1), share, between, stride, channels - c - 4);
}

// @ts-ignore: decorator
@inline
function mergeMoments(
  moments: usize, mean: v128, squares: v128, share: v128, between: v128, stride: usize, left: i32,
): void {
  const old = v128.load(moments);
  const delta = f32x4.sub(mean, old);
  storeLanes(moments, madd(delta, share, old), left);
  const sum = f32x4.add(v128.load(moments + stride), squares);
  storeLanes(moments + stride, madd(f32x4.mul(delta, delta), between, sum), left);
}

/**
 * sums[n,0,c] = sum over p of dy[n,p,c]; sums[n,1,c] = sum over p of dy[n,p,c] (x[n,p,c] - mean[c])
 * @param meanStep elements from the means of one sample to those of the next; 0 where all have the same
 */
export function channelSums(
  samples: i32, sums: usize, dy: usize, x: usize, mean: usize, meanStep: i32, positions: i32, channels: i32,
): void {
  memory.fill(sums, 0, (<usize>(samples * channels)) << 3);
  for (let n = 0; n < samples; ++n) {
    for (let p = 0; p < positions; p += CHUNK) {
      const count = min(positions - p, CHUNK);
      for (let c = 0; c < channels; c += 8) {
        const i = p * channels + c;
        addSums(at(sums, c), at(dy, i), at(x, i), at(mean, c), count, channels, c);
      }
    }
    x = at(x, positions * channels);
    dy = at(dy, positions * channels);
    sums = at(sums, channels << 1);
    mean = at(mean, meanStep);
  }
}

function addSums(sums: usize, dy: usize, x: usize, mean: usize, count: i32, channels: i32, c: i32): void {
  const stride = (<usize>channels) << 2;
  const mean0 = v128.load(mean), mean1 = v128.load(mean, 16);
  let a0 = f32x4.splat(0), a1 = a0, b0 = a0, b1 = a0;
  for (let i = 0; i < count; ++i) {
    const g0 = v128.load(dy), g1 = v128.load(dy, 16);
    a0 = f32x4.add(a0, g0);
    a1 = f32x4.add(a1, g1);
    b0 = madd(g0, f32x4.sub(v128.load(x), mean0), b0);
    b1 = madd(g1, f32x4.sub(v128.load(x, 16), mean1), b1);
    dy += stride;
    x += stride;
  }
  storeLanes(sums, f32x4.add(v128.load(sums), a0), channels - c);
  storeLanes(sums + 16, f32x4.add(v128.load(sums, 16), a1), channels - c - 4);
  sums += stride;
  storeLanes(sums, f32x4.add(v128.load(sums), b0), channels - c);
  storeLanes(sums + 16, f32x4.add(v128.load(sums, 16), b1), channels - c - 4);
}

/**
 * y[n,p,c] = scale[c] x[n,p,c] + shift[c]; coefficients = (scale, shift)
 * @param step elements from the coefficients of one sample to those of the next; 0 where all have the same
 */
export function channelForward(
  samples: i32, y: usize, x: usize, coefficients: usize, step: i32, positions: i32, channels: i32,
): void {
  const end = at(y, samples * positions * channels);
  for (let n = 0; n < samples; ++n) {
    const shift = at(coefficients, channels);
    for (let p = 0; p < positions; ++p) {
      let c = 0;
      for (; c + 8 <= channels; c += 8) {
        const i = (<usize>c) << 2;
        const y0 = madd(v128.load(x + i), v128.load(coefficients + i), v128.load(shift + i));
        const y1 = madd(v128.load(x + i, 16), v128.load(coefficients + i, 16), v128.load(shift + i, 16));
        v128.store(y + i, y0);
        v128.store(y + i, y1, 16);
      }
      for (; c < channels; c += 4) {
        const i = (<usize>c) << 2;
        // What is too much the next position writes over; the last one has none.
        const v = madd(v128.load(x + i), v128.load(coefficients + i), v128.load(shift + i));
        storeLanes(y + i, v, <i32>((end - y - i) >> 2));
      }
      x = at(x, channels);
      y = at(y, channels);
    }
    coefficients = at(coefficients, step);
  }
}

/** dx[n,p,c] = a[c] dy[n,p,c] + b[c] x[n,p,c] + d[c]; coefficients = (a, b, d), `step` as above */
export function channelBackward(
  samples: i32, dx: usize, dy: usize, x: usize, coefficients: usize, step: i32, positions: i32, channels: i32,
): void {
  const end = at(dx, samples * positions * channels);
  for (let n = 0; n < samples; ++n) {
    const b = at(coefficients, channels), d = at(b, channels);
    for (let p = 0; p < positions; ++p) {
      let c = 0;
      for (; c + 8 <= channels; c += 8) {
        const i = (<usize>c) << 2;
        const z0 = madd(v128.load(x + i), v128.load(b + i), v128.load(d + i));
        const z1 = madd(v128.load(x + i, 16), v128.load(b + i, 16), v128.load(d + i, 16));
        const dx0 = madd(v128.load(dy + i), v128.load(coefficients + i), z0);
        const dx1 = madd(v128.load(dy + i, 16), v128.load(coefficients + i, 16), z1);
        v128.store(dx + i, dx0);
        v128.store(dx + i, dx1, 16);
      }
      for (; c < channels; c += 4) {
        const i = (<usize>c) << 2;
        const z = madd(v128.load(x + i), v128.load(b + i), v128.load(d + i));
        storeLanes(dx + i, madd(v128.load(dy + i), v128.load(coefficients + i), z), <i32>((end - dx - i) >> 2));
      }
      x = at(x, channels);
      dy = at(dy, channels);
      dx = at(dx, channels);
    }
    coefficients = at(coefficients, step);
  }
}

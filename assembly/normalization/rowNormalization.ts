// Normalisation of rows of n numbers that lie one after the other: xhat = (x - mean) inverse, y = gamma xhat + beta.
// Statistics are (mean, inverse) a row. With `centred` 0 the mean is 0. inverse = 1 / sqrt(max(factor sum((x - mean)^2) + epsilon,
// least)): factor is 1 / n for a mean of squares, 1 for a length.

import { at, loadLanes, madd, storeLanes, sumLanes } from "../lib/simd";

// @ts-ignore: decorator
@inline
const CHUNK: i32 = 1024;

/** sum of (x[i] - mean)^power over the row, power 1 or 2; chunk by chunk, so that rounding errors stay small */
// @ts-ignore: decorator
@inline
function total(x: usize, n: i32, mean: f32, power: i32): f32 {
  const means = f32x4.splat(mean), zero = f32x4.splat(0);
  let sum = zero;
  for (let begin = 0; begin < n; begin += CHUNK) {
    const end = min(n, begin + CHUNK);
    let s0 = zero, s1 = zero, i = begin;
    for (; i + 8 <= end; i += 8) {
      const p = at(x, i);
      const d0 = f32x4.sub(v128.load(p), means), d1 = f32x4.sub(v128.load(p, 16), means);
      s0 = power == 1 ? f32x4.add(s0, d0) : madd(d0, d0, s0);
      s1 = power == 1 ? f32x4.add(s1, d1) : madd(d1, d1, s1);
    }
    for (; i < end; i += 4) {
      const d = f32x4.sub(loadLanes(at(x, i), end - i, means), means);
      s0 = power == 1 ? f32x4.add(s0, d) : madd(d, d, s0);
    }
    sum = f32x4.add(sum, f32x4.add(s0, s1));
  }
  return sumLanes(sum);
}

export function rowNormalizationForward(
  samples: i32, y: usize, statistics: usize, x: usize, gamma: usize, beta: usize,
  rows: i32, n: i32, centred: i32, factor: f32, epsilon: f32, least: f32,
): void {
  const count = samples * rows;
  for (let r = 0; r < count; ++r) {
    const mean = centred ? total(x, n, 0, 1) / <f32>n : <f32>0;
    const squares = total(x, n, mean, 2) * factor + epsilon;
    const inverse = <f32>1 / sqrt<f32>(max(squares, least));
    store<f32>(statistics, mean);
    store<f32>(statistics, inverse, 4);
    statistics += 8;
    const means = f32x4.splat(mean), inverses = f32x4.splat(inverse);
    let i = 0;
    for (; i + 8 <= n; i += 8) {
      const o = (<usize>i) << 2;
      const h0 = f32x4.mul(f32x4.sub(v128.load(x + o), means), inverses);
      const h1 = f32x4.mul(f32x4.sub(v128.load(x + o, 16), means), inverses);
      const y0 = madd(h0, v128.load(gamma + o), v128.load(beta + o));
      const y1 = madd(h1, v128.load(gamma + o, 16), v128.load(beta + o, 16));
      v128.store(y + o, y0);
      v128.store(y + o, y1, 16);
    }
    for (; i < n; i += 4) {
      const o = (<usize>i) << 2;
      const h = f32x4.mul(f32x4.sub(v128.load(x + o), means), inverses);
      storeLanes(y + o, madd(h, v128.load(gamma + o), v128.load(beta + o)), n - i);
    }
    x = at(x, n);
    y = at(y, n);
  }
}

/** dx = inverse (g - mean of g - xhat factor sum(g xhat)), g = gamma dy; the mean only where centred. */
export function rowNormalizationBackward(
  samples: i32, dx: usize, dy: usize, x: usize, statistics: usize, gamma: usize,
  rows: i32, n: i32, centred: i32, factor: f32, least: f32,
): void {
  const count = samples * rows;
  const zero = f32x4.splat(0);
  // Where the least norm was taken, it does not change with x.
  const clipped = <f32>1 / sqrt<f32>(least);
  for (let r = 0; r < count; ++r) {
    const mean = load<f32>(statistics), inverse = load<f32>(statistics, 4);
    statistics += 8;
    const means = f32x4.splat(mean), inverses = f32x4.splat(inverse);
    let ofGradients = zero, ofProducts = zero, i = 0;
    for (; i + 4 <= n; i += 4) {
      const o = (<usize>i) << 2;
      const g = f32x4.mul(v128.load(dy + o), v128.load(gamma + o));
      ofGradients = f32x4.add(ofGradients, g);
      ofProducts = madd(g, f32x4.sub(v128.load(x + o), means), ofProducts);
    }
    if (i < n) {
      const o = (<usize>i) << 2;
      const g = loadLanes(dy + o, n - i, zero), left = n - i;
      const scaled = f32x4.mul(g, loadLanes(gamma + o, left, zero));
      ofGradients = f32x4.add(ofGradients, scaled);
      ofProducts = madd(scaled, f32x4.sub(loadLanes(x + o, left, means), means), ofProducts);
    }
    const slope = inverse < clipped ? -factor * inverse * inverse * inverse * sumLanes(ofProducts) : <f32>0;
    const shift = centred ? (-inverse * sumLanes(ofGradients)) / <f32>n : <f32>0;
    const slopes = f32x4.splat(slope), shifts = f32x4.splat(shift);
    for (let i = 0; i < n; i += 4) {
      const o = (<usize>i) << 2;
      const g = f32x4.mul(f32x4.mul(v128.load(dy + o), v128.load(gamma + o)), inverses);
      const v = f32x4.add(g, madd(f32x4.sub(v128.load(x + o), means), slopes, shifts));
      storeLanes(dx + o, v, n - i);
    }
    x = at(x, n);
    dy = at(dy, n);
    dx = at(dx, n);
  }
}

/** dgamma[i] += sum over rows of dy xhat, dbeta[i] += sum over rows of dy, where they are not null. */
export function rowNormalizationBackwardAffineAdd(
  samples: i32, dgamma: usize, dbeta: usize, dy: usize, x: usize, statistics: usize, rows: i32, n: i32,
): void {
  const count = samples * rows;
  for (let i = 0; i < n; i += 4) {
    let ofGradients = f32x4.splat(0), ofProducts = ofGradients;
    let p = at(dy, i), q = at(x, i), s = statistics;
    for (let r = 0; r < count; ++r) {
      const g = v128.load(p);
      const xhat = f32x4.mul(f32x4.sub(v128.load(q), v128.load32_splat(s)), v128.load32_splat(s, 4));
      ofGradients = f32x4.add(ofGradients, g);
      ofProducts = madd(g, xhat, ofProducts);
      p = at(p, n);
      q = at(q, n);
      s += 8;
    }
    if (dbeta) storeLanes(at(dbeta, i), f32x4.add(v128.load(at(dbeta, i)), ofGradients), n - i);
    if (dgamma) storeLanes(at(dgamma, i), f32x4.add(v128.load(at(dgamma, i)), ofProducts), n - i);
  }
}

/** n times the value, in the prepare phase: for weights that a layer does without. */
export function rowNormalizationFill(values: usize, n: i32, value: f32): void {
  for (let i = 0; i < n; i += 4) storeLanes(at(values, i), f32x4.splat(value), n - i);
}

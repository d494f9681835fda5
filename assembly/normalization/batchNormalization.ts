// Normalisation over the batch. What the shards have to tell each other are rows of numbers, one a sample: after a barrier each
// shard adds up some of the channels over the whole batch, in the order of the samples, and leaves the result in the first row.

import { at, storeLanes } from "../lib/simd";
import { batchSamples, firstSample } from "../lib/step";

/** The first channel of the shard that begins with this sample: shares of whole vectors. */
// @ts-ignore: decorator
@inline
function share(sample: i32, samples: i32, channels: i32): i32 {
  return sample == samples ? channels : ((channels * sample) / samples) & ~3;
}

// @ts-ignore: decorator
@inline
function or(p: usize, c: i32, fallback: f32): v128 {
  return p ? v128.load(at(p, c)) : f32x4.splat(fallback);
}

/** 1 / sqrt(variance + epsilon) */
// @ts-ignore: decorator
@inline
function inverse(variance: v128, epsilon: f32): v128 {
  return f32x4.div(f32x4.splat(1), f32x4.sqrt(f32x4.add(variance, f32x4.splat(epsilon))));
}

/**
 * moments[0,0,c], moments[0,1,c] = mean and variance (divided by the count) over the whole batch, from the moments of all its
 * samples (channelMoments), for the shard's share of the channels.
 */
export function batchNormalizationStatistics(
  samples: i32, moments: usize, step: usize, positions: i32, channels: i32,
): void {
  const all = batchSamples(step), first = firstSample(step);
  const end = share(first + samples, all, channels);
  const row = (<usize>channels) << 3;
  for (let c = share(first, all, channels); c < end; c += 4) {
    let sum = f32x4.splat(0), p = at(moments, c);
    for (let n = 0; n < all; ++n, p += row) sum = f32x4.add(sum, v128.load(p));
    const mean = f32x4.div(sum, f32x4.splat(<f32>all));
    let within = f32x4.splat(0), between = within;
    p = at(moments, c);
    for (let n = 0; n < all; ++n, p += row) {
      const delta = f32x4.sub(v128.load(p), mean);
      between = f32x4.add(between, f32x4.mul(delta, delta));
      within = f32x4.add(within, v128.load(p + (row >> 1)));
    }
    const squares = f32x4.add(within, f32x4.mul(between, f32x4.splat(<f32>positions)));
    const variance = f32x4.div(squares, f32x4.splat(<f32>all * <f32>positions));
    storeLanes(at(moments, c), mean, end - c);
    storeLanes(at(moments, channels + c), variance, end - c);
  }
}

/**
 * sums[0,:,c] = sums over the whole batch, from those of all its samples (channelSums), for the shard's share of the channels;
 * there also dgamma[c] += sums[0,1,c] / sqrt(variance[c] + epsilon) and dbeta[c] += sums[0,0,c], where these are not null.
 * @param statistics mean and variance
 */
export function batchNormalizationTotals(
  samples: i32, sums: usize, dgamma: usize, dbeta: usize, statistics: usize, step: usize, channels: i32, epsilon: f32,
): void {
  const all = batchSamples(step), first = firstSample(step);
  const end = share(first + samples, all, channels);
  const row = (<usize>channels) << 3;
  for (let c = share(first, all, channels); c < end; c += 4) {
    let ofDy = f32x4.splat(0), ofProducts = ofDy, p = at(sums, c);
    for (let n = 0; n < all; ++n, p += row) {
      ofDy = f32x4.add(ofDy, v128.load(p));
      ofProducts = f32x4.add(ofProducts, v128.load(p + (row >> 1)));
    }
    storeLanes(at(sums, c), ofDy, end - c);
    storeLanes(at(sums, channels + c), ofProducts, end - c);
    addAffine(dgamma, dbeta, ofDy, ofProducts, at(statistics, channels), c, epsilon, end - c);
  }
}

// @ts-ignore: decorator
@inline
function addAffine(
  dgamma: usize, dbeta: usize, ofDy: v128, ofProducts: v128, variance: usize, c: i32, epsilon: f32, left: i32,
): void {
  if (dbeta) storeLanes(at(dbeta, c), f32x4.add(v128.load(at(dbeta, c)), ofDy), left);
  if (!dgamma) return;
  const product = f32x4.mul(ofProducts, inverse(v128.load(at(variance, c)), epsilon));
  storeLanes(at(dgamma, c), f32x4.add(v128.load(at(dgamma, c)), product), left);
}

/** Likewise for given statistics: dgamma and dbeta (each may be null) from the sums of the shard's samples. */
export function batchNormalizationBackwardAffineAdd(
  samples: i32, dgamma: usize, dbeta: usize, sums: usize, variance: usize, channels: i32, epsilon: f32,
): void {
  const row = (<usize>channels) << 3;
  for (let c = 0; c < channels; c += 4) {
    let ofDy = f32x4.splat(0), ofProducts = ofDy, p = at(sums, c);
    for (let n = 0; n < samples; ++n, p += row) {
      ofDy = f32x4.add(ofDy, v128.load(p));
      ofProducts = f32x4.add(ofProducts, v128.load(p + (row >> 1)));
    }
    addAffine(dgamma, dbeta, ofDy, ofProducts, variance, c, epsilon, channels - c);
  }
}

/**
 * scale = gamma / sqrt(variance + epsilon), shift = beta - mean scale: what channelForward takes, in the prepare phase.
 * @param gamma null: 1; likewise beta and mean: 0
 */
export function batchNormalizationFold(
  coefficients: usize, gamma: usize, beta: usize, mean: usize, variance: usize, channels: i32, epsilon: f32,
): void {
  for (let c = 0; c < channels; c += 4) {
    const scale = f32x4.mul(or(gamma, c, 1), inverse(v128.load(at(variance, c)), epsilon));
    const shift = f32x4.sub(or(beta, c, 0), f32x4.mul(or(mean, c, 0), scale));
    storeLanes(at(coefficients, c), scale, channels - c);
    storeLanes(at(coefficients, channels + c), shift, channels - c);
  }
}

/** The same from the statistics of the batch, in the shard phase. */
export function batchNormalizationForward(
  _samples: i32, coefficients: usize, gamma: usize, beta: usize, statistics: usize, channels: i32, epsilon: f32,
): void {
  batchNormalizationFold(coefficients, gamma, beta, statistics, at(statistics, channels), channels, epsilon);
}

/**
 * dx = gamma / sqrt(variance + epsilon) (dy - mean of dy - xhat * mean of dy xhat) as what channelBackward takes, from the sums over
 * the whole batch. gamma may be null.
 */
export function batchNormalizationBackward(
  _samples: i32, coefficients: usize, sums: usize, statistics: usize, gamma: usize, step: usize,
  positions: i32, channels: i32, epsilon: f32,
): void {
  const count = f32x4.splat(<f32>batchSamples(step) * <f32>positions);
  for (let c = 0; c < channels; c += 4) {
    const inv = inverse(v128.load(at(statistics, channels + c)), epsilon);
    const a = f32x4.mul(or(gamma, c, 1), inv);
    const products = f32x4.div(v128.load(at(sums, channels + c)), count);
    const b = f32x4.neg(f32x4.mul(a, f32x4.mul(f32x4.mul(inv, inv), products)));
    const ofDy = f32x4.mul(a, f32x4.div(v128.load(at(sums, c)), count));
    const d = f32x4.neg(f32x4.add(ofDy, f32x4.mul(b, v128.load(at(statistics, c)))));
    storeLanes(at(coefficients, c), a, channels - c);
    storeLanes(at(coefficients, channels + c), b, channels - c);
    storeLanes(at(coefficients, 2 * channels + c), d, channels - c);
  }
}

/** moving = momentum moving + (1 - momentum) batch, for the mean and the variance */
export function batchNormalizationMoving(
  mean: usize, variance: usize, statistics: usize, channels: i32, momentum: f64,
): void {
  move(mean, statistics, channels, momentum);
  move(variance, at(statistics, channels), channels, momentum);
}

// @ts-ignore: decorator
@inline
function move(moving: usize, batch: usize, channels: i32, momentum: f64): void {
  const keep = f32x4.splat(<f32>momentum), take = f32x4.splat(<f32>(1 - momentum));
  for (let c = 0; c < channels; c += 4) {
    const kept = f32x4.mul(keep, v128.load(at(moving, c)));
    storeLanes(at(moving, c), f32x4.add(kept, f32x4.mul(take, v128.load(at(batch, c)))), channels - c);
  }
}

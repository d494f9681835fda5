// Losses that compare output and target number by number: the sum over a sample of f(p, t), times a scale. A sample has `rows`
// positions of n numbers each; `weights` holds one number a position, or is null for ones. Targets are smoothed first: t (1 - smoothing) + smoothing / 2.

import { exp4, log4, sigmoid4, softplus4, tanh4 } from "../lib/math";
import { at, laneMask, storeLanes, sumLanes } from "../lib/simd";
import { batchSamples } from "../lib/step";
import { weightOf } from "../lib/weights";

/** Which f; the same numbers as in src/losses/pointwise.ts. */
const enum Kind {
  squared,
  absolute,
  percentage,
  squaredLogarithmic,
  huber,
  logCosh,
  divergence,
  poisson,
  hinge,
  squaredHinge,
  binary,
  binaryLogits,
  focal,
  focalLogits,
}

// @ts-ignore: decorator
@inline
const EPSILON: f32 = 1e-7;

// @ts-ignore: decorator
@inline
function all(x: f32): v128 {
  return f32x4.splat(x);
}

// @ts-ignore: decorator
@inline
function clip(x: v128, least: f32, most: f32): v128 {
  return f32x4.min(f32x4.max(x, all(least)), all(most));
}

/** All ones where least <= x <= most. */
// @ts-ignore: decorator
@inline
function within(x: v128, least: f32, most: f32): v128 {
  return v128.and(f32x4.ge(x, all(least)), f32x4.le(x, all(most)));
}

/** -1, 0 or 1 */
// @ts-ignore: decorator
@inline
function sign(x: v128): v128 {
  const one = v128.or(v128.and(x, all(-0.0)), all(1));
  return v128.bitselect(x, one, v128.or(f32x4.eq(x, all(0)), f32x4.ne(x, x)));
}

/** x^power for x >= 0 */
// @ts-ignore: decorator
@inline
function raise(x: v128, power: f32): v128 {
  if (power == 0) return all(1);
  if (power == 1) return x;
  if (power == 2) return f32x4.mul(x, x);
  return exp4(f32x4.mul(all(power), log4(x)));
}

/** -1 for labels 0 of 0 and 1 */
// @ts-ignore: decorator
@inline
function hingeTarget(t: v128): v128 {
  return v128.bitselect(all(-1), t, f32x4.eq(t, all(0)));
}

/** t log q + (1 - t) log(1 - q), negated */
// @ts-ignore: decorator
@inline
function crossEntropy(q: v128, t: v128): v128 {
  const ofOne = f32x4.mul(t, log4(q)), ofZero = f32x4.mul(f32x4.sub(all(1), t), log4(f32x4.sub(all(1), q)));
  return f32x4.neg(f32x4.add(ofOne, ofZero));
}

/** (q - t) / (q (1 - q)) where p is not clipped to q */
// @ts-ignore: decorator
@inline
function crossEntropySlope(p: v128, q: v128, t: v128): v128 {
  const slope = f32x4.div(f32x4.sub(q, t), f32x4.mul(q, f32x4.sub(all(1), q)));
  return v128.and(slope, within(p, EPSILON, 1 - EPSILON));
}

/** 1 minus the probability of what is true: t + p - 2 t p */
// @ts-ignore: decorator
@inline
function missed(p: v128, t: v128): v128 {
  const twice = f32x4.mul(all(2), f32x4.mul(t, p));
  return f32x4.max(f32x4.sub(f32x4.add(t, p), twice), all(0));
}

/** alpha for class 1, 1 - alpha for class 0; 1 for both where alpha is negative */
// @ts-ignore: decorator
@inline
function balance(t: v128, alpha: f32): v128 {
  if (alpha < 0) return all(1);
  return f32x4.add(f32x4.mul(t, all(alpha)), f32x4.mul(f32x4.sub(all(1), t), all(1 - alpha)));
}

/** f(p, t); p are logits in the kinds that say so. */
function value(kind: i32, p: v128, t: v128, a: f32, b: f32): v128 {
  const d = f32x4.sub(p, t);
  switch (kind) {
    case Kind.squared:
      return f32x4.mul(d, d);
    case Kind.absolute:
      return f32x4.abs(d);
    case Kind.percentage:
      return f32x4.abs(f32x4.div(d, f32x4.max(f32x4.abs(t), all(EPSILON))));
    case Kind.squaredLogarithmic: {
      const logs = f32x4.sub(
        log4(f32x4.add(f32x4.max(p, all(EPSILON)), all(1))),
        log4(f32x4.add(f32x4.max(t, all(EPSILON)), all(1))),
      );
      return f32x4.mul(logs, logs);
    }
    case Kind.huber: {
      const size = f32x4.abs(d), half = all(0.5);
      const line = f32x4.sub(f32x4.mul(all(a), size), all(0.5 * a * a));
      return v128.bitselect(f32x4.mul(half, f32x4.mul(d, d)), line, f32x4.le(size, all(a)));
    }
    case Kind.logCosh: {
      const size = f32x4.abs(d);
      return f32x4.sub(f32x4.add(size, softplus4(f32x4.mul(size, all(-2)))), all(0.6931471805599453));
    }
    case Kind.divergence: {
      const truth = clip(t, EPSILON, 1);
      return f32x4.mul(truth, log4(f32x4.div(truth, clip(p, EPSILON, 1))));
    }
    case Kind.poisson:
      return f32x4.sub(p, f32x4.mul(t, log4(f32x4.add(p, all(EPSILON)))));
    case Kind.hinge:
      return f32x4.max(f32x4.sub(all(1), f32x4.mul(hingeTarget(t), p)), all(0));
    case Kind.squaredHinge: {
      const margin = f32x4.max(f32x4.sub(all(1), f32x4.mul(hingeTarget(t), p)), all(0));
      return f32x4.mul(margin, margin);
    }
    case Kind.binary:
      return crossEntropy(clip(p, EPSILON, 1 - EPSILON), t);
    case Kind.binaryLogits:
      return f32x4.sub(softplus4(p), f32x4.mul(p, t));
    case Kind.focal: {
      const entropy = crossEntropy(clip(p, EPSILON, 1 - EPSILON), t);
      return f32x4.mul(balance(t, b), f32x4.mul(raise(missed(p, t), a), entropy));
    }
    default: {
      const entropy = f32x4.sub(softplus4(p), f32x4.mul(p, t));
      return f32x4.mul(balance(t, b), f32x4.mul(raise(missed(sigmoid4(p), t), a), entropy));
    }
  }
}

/** The derivative of f with respect to p. */
function slope(kind: i32, p: v128, t: v128, a: f32, b: f32): v128 {
  const d = f32x4.sub(p, t);
  switch (kind) {
    case Kind.squared:
      return f32x4.mul(all(2), d);
    case Kind.absolute:
      return sign(d);
    case Kind.percentage:
      return f32x4.div(sign(d), f32x4.max(f32x4.abs(t), all(EPSILON)));
    case Kind.squaredLogarithmic: {
      const q = f32x4.add(f32x4.max(p, all(EPSILON)), all(1));
      const logs = f32x4.sub(log4(q), log4(f32x4.add(f32x4.max(t, all(EPSILON)), all(1))));
      return v128.and(f32x4.div(f32x4.mul(all(2), logs), q), f32x4.ge(p, all(EPSILON)));
    }
    case Kind.huber:
      return f32x4.min(f32x4.max(d, all(-a)), all(a));
    case Kind.logCosh:
      return tanh4(d);
    case Kind.divergence: {
      const ratio = f32x4.div(clip(t, EPSILON, 1), clip(p, EPSILON, 1));
      return v128.and(f32x4.neg(ratio), within(p, EPSILON, 1));
    }
    case Kind.poisson:
      return f32x4.sub(all(1), f32x4.div(t, f32x4.add(p, all(EPSILON))));
    case Kind.hinge: {
      const truth = hingeTarget(t);
      return v128.and(f32x4.neg(truth), f32x4.le(f32x4.mul(truth, p), all(1)));
    }
    case Kind.squaredHinge: {
      const truth = hingeTarget(t);
      const margin = f32x4.max(f32x4.sub(all(1), f32x4.mul(truth, p)), all(0));
      return f32x4.mul(f32x4.mul(all(-2), truth), margin);
    }
    case Kind.binary:
      return crossEntropySlope(p, clip(p, EPSILON, 1 - EPSILON), t);
    case Kind.binaryLogits:
      return f32x4.sub(sigmoid4(p), t);
    case Kind.focal: {
      const q = clip(p, EPSILON, 1 - EPSILON);
      const miss = missed(p, t);
      // The derivative of what is missed is 1 - 2 t.
      const turn = f32x4.sub(all(1), f32x4.mul(all(2), t));
      const ofFactor = f32x4.mul(f32x4.mul(all(a), f32x4.mul(raise(miss, a - 1), turn)), crossEntropy(q, t));
      const ofEntropy = f32x4.mul(raise(miss, a), crossEntropySlope(p, q, t));
      return f32x4.mul(balance(t, b), f32x4.add(a == 0 ? all(0) : ofFactor, ofEntropy));
    }
    default: {
      const y = sigmoid4(p);
      const miss = missed(y, t);
      const turn = f32x4.mul(f32x4.sub(all(1), f32x4.mul(all(2), t)), f32x4.mul(y, f32x4.sub(all(1), y)));
      const entropy = f32x4.sub(softplus4(p), f32x4.mul(p, t));
      const ofFactor = f32x4.mul(f32x4.mul(all(a), f32x4.mul(raise(miss, a - 1), turn)), entropy);
      const ofEntropy = f32x4.mul(raise(miss, a), f32x4.sub(y, t));
      return f32x4.mul(balance(t, b), f32x4.add(a == 0 ? all(0) : ofFactor, ofEntropy));
    }
  }
}

// @ts-ignore: decorator
@inline
function smooth(t: v128, smoothing: f32): v128 {
  return f32x4.add(f32x4.mul(t, all(1 - smoothing)), all(0.5 * smoothing));
}

/** loss[s] = scale * sum over the positions of weight * the sum over their n numbers of f(p, t) */
export function pointwiseForward(
  samples: i32, loss: usize, p: usize, t: usize, weights: usize, rows: i32, n: i32,
  kind: i32, scale: f32, smoothing: f32, a: f32, b: f32,
): void {
  for (let s = 0; s < samples; ++s) {
    let total: f32 = 0;
    for (let r = s * rows; r < (s + 1) * rows; ++r) {
      let sum = all(0);
      for (let i = 0; i < n; i += 4) {
        const each = value(kind, v128.load(at(p, i)), smooth(v128.load(at(t, i)), smoothing), a, b);
        sum = f32x4.add(sum, v128.and(each, laneMask(n - i)));
      }
      total += sumLanes(sum) * scale * weightOf(weights, r, 1);
      p = at(p, n);
      t = at(t, n);
    }
    store<f32>(at(loss, s), total);
  }
}

/** dp = weight * scale / N * f'(p, t), N the samples in the batch */
export function pointwiseBackward(
  samples: i32, dp: usize, p: usize, t: usize, weights: usize, step: usize, rows: i32, n: i32,
  kind: i32, scale: f32, smoothing: f32, a: f32, b: f32,
): void {
  for (let r = 0; r < samples * rows; ++r) {
    const factor = all(weightOf(weights, r, 1) * scale / <f32>batchSamples(step));
    for (let i = 0; i < n; i += 4) {
      const each = slope(kind, v128.load(at(p, i)), smooth(v128.load(at(t, i)), smoothing), a, b);
      storeLanes(at(dp, i), f32x4.mul(each, factor), n - i);
    }
    dp = at(dp, n);
    p = at(p, n);
    t = at(t, n);
  }
}

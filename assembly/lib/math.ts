// Functions of four f32, the same bits everywhere: only +, *, /, and integer operations on the exponent.
// Polynomials: Cephes expf, logf, tanhf, erff, erfcf (S. L. Moshier). The error bounds are measured over all of f32 by
// test/kernels/math.test.ts; an ulp is the distance of two neighbours at the exact value. Results that would be subnormal are 0.

/** Added to a number below 2^22 it leaves the nearest integer in the lowest bits; taken off again, that integer. */
// @ts-ignore: decorator
@inline
const ROUNDING: f32 = 12582912;

/** e^x; 0 below -87.33, +Infinity above 88.72, NaN stays NaN. */
export function exp4(x: v128): v128 {
  // A NaN passes both.
  const clamped = f32x4.pmin(f32x4.pmax(x, f32x4.splat(-87.5)), f32x4.splat(88.8));
  // x = n ln 2 + r, |r| <= ln 2 / 2; ln 2 in two parts so that n * high is exact
  const rounded = f32x4.add(f32x4.mul(clamped, f32x4.splat(1.44269504088896341)), f32x4.splat(ROUNDING));
  const n = f32x4.sub(rounded, f32x4.splat(ROUNDING));
  let r = f32x4.sub(clamped, f32x4.mul(n, f32x4.splat(0.693359375)));
  r = f32x4.sub(r, f32x4.mul(n, f32x4.splat(-2.12194440e-4)));
  let p = f32x4.splat(1.9875691500e-4);
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(1.3981999507e-3));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(8.3334519073e-3));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(4.1665795894e-2));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(1.6666665459e-1));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(5.0000001201e-1));
  p = f32x4.add(f32x4.add(f32x4.mul(p, f32x4.mul(r, r)), r), f32x4.splat(1));
  // 2^n in two factors: n reaches 128, one exponent field alone does not. From 88.7229 on their product is Infinity.
  const power = i32x4.sub(rounded, i32x4.splat(reinterpret<i32>(ROUNDING) - 254));
  const half = i32x4.shr_s(power, 1);
  p = f32x4.mul(p, i32x4.shl(half, 23));
  p = f32x4.mul(p, i32x4.shl(i32x4.sub(power, half), 23));
  return v128.andnot(p, f32x4.lt(x, f32x4.splat(-87.33)));
}

/** ln((1 + m) 2^e), sqrt(1/2) - 1 <= m < sqrt(2) - 1 */
// @ts-ignore: decorator
@inline
function logNearOne(m: v128, e: v128): v128 {
  const z = f32x4.mul(m, m);
  let p = f32x4.splat(7.0376836292e-2);
  p = f32x4.add(f32x4.mul(p, m), f32x4.splat(-1.1514610310e-1));
  p = f32x4.add(f32x4.mul(p, m), f32x4.splat(1.1676998740e-1));
  p = f32x4.add(f32x4.mul(p, m), f32x4.splat(-1.2420140846e-1));
  p = f32x4.add(f32x4.mul(p, m), f32x4.splat(1.4249322787e-1));
  p = f32x4.add(f32x4.mul(p, m), f32x4.splat(-1.6668057665e-1));
  p = f32x4.add(f32x4.mul(p, m), f32x4.splat(2.0000714765e-1));
  p = f32x4.add(f32x4.mul(p, m), f32x4.splat(-2.4999993993e-1));
  p = f32x4.add(f32x4.mul(p, m), f32x4.splat(3.3333331174e-1));
  p = f32x4.mul(f32x4.mul(p, m), z);
  p = f32x4.add(p, f32x4.mul(e, f32x4.splat(-2.12194440e-4)));
  p = f32x4.sub(p, f32x4.mul(z, f32x4.splat(0.5)));
  return f32x4.add(f32x4.add(m, p), f32x4.mul(e, f32x4.splat(0.693359375)));
}

/** ln x for normal x > 0; -Infinity at 0 (and for subnormals), NaN below and for NaN, Infinity at Infinity. */
export function log4(x: v128): v128 {
  // x = m 2^e with sqrt(1/2) <= m < sqrt(2)
  const exponent = i32x4.sub(i32x4.shr_u(x, 23), i32x4.splat(126));
  let m = v128.or(v128.and(x, i32x4.splat(0x007fffff)), i32x4.splat(0x3f000000));
  const small = f32x4.lt(m, f32x4.splat(0.707106781186547524));
  const e = f32x4.convert_i32x4_s(i32x4.add(exponent, small));
  m = f32x4.sub(f32x4.add(m, v128.and(m, small)), f32x4.splat(1));
  let p = logNearOne(m, e);
  p = v128.bitselect(f32x4.splat(-Infinity), p, f32x4.lt(x, f32x4.splat(1.17549435e-38)));
  p = v128.bitselect(f32x4.splat(Infinity), p, f32x4.eq(x, f32x4.splat(Infinity)));
  return v128.bitselect(f32x4.splat(NaN), p, v128.or(f32x4.lt(x, f32x4.splat(0)), f32x4.ne(x, x)));
}

/** ln x of one number, the same bits as a lane of log4. */
// @ts-ignore: decorator
@inline
export function log1(x: f32): f32 {
  return f32x4.extract_lane(log4(f32x4.splat(x)), 0);
}

/** ln(1 + t) for 0 <= t <= 1, within 1.5 ulp; NaN stays NaN. */
export function log1p4(t: v128): v128 {
  // Above sqrt(2) - 1: ln 2 + ln(1 + (t - 1) / 2)
  const large = f32x4.gt(t, f32x4.splat(0.41421356));
  const m = v128.bitselect(f32x4.mul(f32x4.sub(t, f32x4.splat(1)), f32x4.splat(0.5)), t, large);
  return logNearOne(m, v128.and(f32x4.splat(1), large));
}

/** ln(1 + e^x), within 2 ulp; 0 below -87.33. */
export function softplus4(x: v128): v128 {
  return f32x4.add(f32x4.max(x, f32x4.splat(0)), log1p4(exp4(f32x4.neg(f32x4.abs(x)))));
}

/** 1 / (1 + e^-x), within 2.5 ulp; 0 below -87.33. */
export function sigmoid4(x: v128): v128 {
  const one = f32x4.splat(1);
  const e = exp4(f32x4.neg(f32x4.abs(x)));
  return f32x4.div(v128.bitselect(e, one, f32x4.lt(x, f32x4.splat(0))), f32x4.add(one, e));
}

/** e^x - 1 for x <= 0, within 1 ulp; x above 0 counts as 0. */
export function expm1Negative4(x: v128): v128 {
  // Below -20 the result is -1 to the last bit.
  const least = f32x4.pmax(f32x4.splat(-20), f32x4.pmin(f32x4.splat(0), x));
  const n = f32x4.nearest(f32x4.mul(least, f32x4.splat(1.44269504088896341)));
  let r = f32x4.sub(least, f32x4.mul(n, f32x4.splat(0.693359375)));
  r = f32x4.sub(r, f32x4.mul(n, f32x4.splat(-2.12194440e-4)));
  let p = f32x4.splat(1.9875691500e-4);
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(1.3981999507e-3));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(8.3334519073e-3));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(4.1665795894e-2));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(1.6666665459e-1));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(5.0000001201e-1));
  p = f32x4.add(f32x4.mul(p, f32x4.mul(r, r)), r);
  // e^x - 1 = 2^n (e^r - 1) + (2^n - 1), the last exact for n > -24
  const power = i32x4.shl(i32x4.add(i32x4.trunc_sat_f32x4_s(n), i32x4.splat(127)), 23);
  p = f32x4.add(f32x4.mul(p, power), f32x4.sub(power, f32x4.splat(1)));
  return v128.bitselect(x, p, f32x4.ne(x, x));
}

/** tanh x, within 1.5 ulp. */
export function tanh4(x: v128): v128 {
  const a = f32x4.abs(x), one = f32x4.splat(1), sign = i32x4.splat(0x80000000);
  const z = f32x4.mul(x, x);
  let p = f32x4.splat(-5.70498872745e-3);
  p = f32x4.add(f32x4.mul(p, z), f32x4.splat(2.06390887954e-2));
  p = f32x4.add(f32x4.mul(p, z), f32x4.splat(-5.37397155531e-2));
  p = f32x4.add(f32x4.mul(p, z), f32x4.splat(1.33314422036e-1));
  p = f32x4.add(f32x4.mul(p, z), f32x4.splat(-3.33332819422e-1));
  const near = f32x4.add(x, f32x4.mul(f32x4.mul(p, z), x));
  // 1 - 2 / (e^2a + 1)
  const e = exp4(f32x4.mul(a, f32x4.splat(2)));
  const far = f32x4.sub(one, f32x4.div(f32x4.splat(2), f32x4.add(e, one)));
  const y = v128.bitselect(near, v128.or(far, v128.and(x, sign)), f32x4.lt(a, f32x4.splat(0.625)));
  return v128.bitselect(x, y, f32x4.ne(x, x));
}

/** erf x for |x| <= 1 */
// @ts-ignore: decorator
@inline
function erfNear(x: v128): v128 {
  const z = f32x4.mul(x, x);
  let p = f32x4.splat(7.853861353153693e-5);
  p = f32x4.add(f32x4.mul(p, z), f32x4.splat(-8.010193625184903e-4));
  p = f32x4.add(f32x4.mul(p, z), f32x4.splat(5.188327685732524e-3));
  p = f32x4.add(f32x4.mul(p, z), f32x4.splat(-2.685381193529856e-2));
  p = f32x4.add(f32x4.mul(p, z), f32x4.splat(1.128358514861418e-1));
  p = f32x4.add(f32x4.mul(p, z), f32x4.splat(-3.761262582423300e-1));
  p = f32x4.add(f32x4.mul(p, z), f32x4.splat(1.128379165726710));
  return f32x4.mul(x, p);
}

/** e^(-factor a^2) for a >= 0, factor 1 or 1/2, within 2 ulp. */
// @ts-ignore: decorator
@inline
function expOfSquare(a: v128, factor: f32): v128 {
  // e^(-h^2) e^(-(a - h) (a + h)), h of 12 bits: squared without rounding
  const h = v128.and(f32x4.pmin(f32x4.splat(16), a), i32x4.splat(0xfffff000)), f = f32x4.splat(factor);
  const rest = f32x4.mul(f32x4.sub(h, a), f32x4.add(h, a));
  return f32x4.mul(exp4(f32x4.neg(f32x4.mul(f, f32x4.mul(h, h)))), exp4(f32x4.mul(f, rest)));
}

/** e^(-x^2 / 2), within 2 ulp; NaN stays NaN. */
export function gauss4(x: v128): v128 {
  return expOfSquare(f32x4.abs(x), 0.5);
}

/** 1 - erf a for a >= 1, e being e^(-a^2) */
// @ts-ignore: decorator
@inline
function erfcFar(a: v128, e: v128): v128 {
  const r = f32x4.div(f32x4.splat(1), a), q = f32x4.mul(r, r);
  let p = f32x4.splat(2.326819970068386e-2);
  p = f32x4.add(f32x4.mul(p, q), f32x4.splat(-1.387039388740657e-1));
  p = f32x4.add(f32x4.mul(p, q), f32x4.splat(3.687424674597105e-1));
  p = f32x4.add(f32x4.mul(p, q), f32x4.splat(-5.824733027278666e-1));
  p = f32x4.add(f32x4.mul(p, q), f32x4.splat(6.210004621745983e-1));
  p = f32x4.add(f32x4.mul(p, q), f32x4.splat(-4.944515323274145e-1));
  p = f32x4.add(f32x4.mul(p, q), f32x4.splat(3.404879937665872e-1));
  p = f32x4.add(f32x4.mul(p, q), f32x4.splat(-2.741127028184656e-1));
  p = f32x4.add(f32x4.mul(p, q), f32x4.splat(5.638259427386472e-1));
  let s = f32x4.splat(-1.047766399936249e1);
  s = f32x4.add(f32x4.mul(s, q), f32x4.splat(1.297719955372516e1));
  s = f32x4.add(f32x4.mul(s, q), f32x4.splat(-7.495518717768503));
  s = f32x4.add(f32x4.mul(s, q), f32x4.splat(2.921019019210786));
  s = f32x4.add(f32x4.mul(s, q), f32x4.splat(-1.015265279202700));
  s = f32x4.add(f32x4.mul(s, q), f32x4.splat(4.218463358204948e-1));
  s = f32x4.add(f32x4.mul(s, q), f32x4.splat(-2.820767439740514e-1));
  s = f32x4.add(f32x4.mul(s, q), f32x4.splat(5.641895067754075e-1));
  return f32x4.mul(f32x4.mul(e, r), v128.bitselect(p, s, f32x4.lt(a, f32x4.splat(2))));
}

/** erf x = 2 / sqrt(pi) times the integral of e^-t^2 from 0 to x, within 2.5 ulp. */
export function erf4(x: v128): v128 {
  const a = f32x4.abs(x), one = f32x4.splat(1);
  const tail = erfcFar(a, expOfSquare(a, 1));
  const far = v128.or(f32x4.sub(one, tail), v128.and(x, i32x4.splat(0x80000000)));
  const y = v128.bitselect(erfNear(x), far, f32x4.lt(a, one));
  return v128.bitselect(x, y, f32x4.ne(x, x));
}

/** The share of a standard normal distribution below x, within 12 ulp; 0 below -13. */
export function normalCdf4(x: v128): v128 {
  const t = f32x4.mul(x, f32x4.splat(0.70710678118654752)), a = f32x4.abs(t), half = f32x4.splat(0.5);
  const tail = f32x4.mul(half, erfcFar(a, gauss4(x)));
  const far = v128.bitselect(tail, f32x4.sub(f32x4.splat(1), tail), f32x4.lt(t, f32x4.splat(0)));
  const y = v128.bitselect(f32x4.add(half, f32x4.mul(half, erfNear(t))), far, f32x4.lt(a, f32x4.splat(1)));
  return v128.bitselect(x, y, f32x4.ne(x, x));
}

/**
 * z >= 0 with P(|Z| > z) = tail for a standard normal Z, 2^-32 <= tail <= 1: sqrt(2) erfinv(1 - tail). M. Giles, "Approximating the
 * erfinv function" (GPU Computing Gems, 2012), single precision. Relative error below 2e-6 down to
 * tail = 2^-24 (5.4 standard deviations), from there on growing to 4e-4 at 2^-32; for tail near 1 absolute below 1e-7.
 */
export function normalQuantile4(tail: v128): v128 {
  const x = f32x4.sub(f32x4.splat(1), tail);
  const w = f32x4.neg(log4(f32x4.mul(tail, f32x4.sub(f32x4.splat(2), tail))));
  const near = f32x4.sub(w, f32x4.splat(2.5));
  let p = f32x4.splat(2.81022636e-8);
  p = f32x4.add(f32x4.mul(p, near), f32x4.splat(3.43273939e-7));
  p = f32x4.add(f32x4.mul(p, near), f32x4.splat(-3.5233877e-6));
  p = f32x4.add(f32x4.mul(p, near), f32x4.splat(-4.39150654e-6));
  p = f32x4.add(f32x4.mul(p, near), f32x4.splat(2.1858087e-4));
  p = f32x4.add(f32x4.mul(p, near), f32x4.splat(-1.25372503e-3));
  p = f32x4.add(f32x4.mul(p, near), f32x4.splat(-4.17768164e-3));
  p = f32x4.add(f32x4.mul(p, near), f32x4.splat(2.46640727e-1));
  p = f32x4.add(f32x4.mul(p, near), f32x4.splat(1.50140941));
  const far = f32x4.sub(f32x4.sqrt(w), f32x4.splat(3));
  let q = f32x4.splat(-2.00214257e-4);
  q = f32x4.add(f32x4.mul(q, far), f32x4.splat(1.00950558e-4));
  q = f32x4.add(f32x4.mul(q, far), f32x4.splat(1.34934322e-3));
  q = f32x4.add(f32x4.mul(q, far), f32x4.splat(-3.67342844e-3));
  q = f32x4.add(f32x4.mul(q, far), f32x4.splat(5.73950773e-3));
  q = f32x4.add(f32x4.mul(q, far), f32x4.splat(-7.6224613e-3));
  q = f32x4.add(f32x4.mul(q, far), f32x4.splat(9.43887047e-3));
  q = f32x4.add(f32x4.mul(q, far), f32x4.splat(1.00167406));
  q = f32x4.add(f32x4.mul(q, far), f32x4.splat(2.83297682));
  const factor = v128.bitselect(p, q, f32x4.lt(w, f32x4.splat(5)));
  return f32x4.mul(f32x4.mul(factor, x), f32x4.splat(1.41421356237309505));
}

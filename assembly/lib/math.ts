// exp and log on four f32, the same bits everywhere: only +, *, /, and integer operations on the exponent.
// Polynomials: Cephes expf and logf (S. L. Moshier), about 1 ulp over the stated range.

/** e^x; 0 below -87.33, +Infinity above 88.72, NaN stays NaN. */
export function exp4(x: v128): v128 {
  const clamped = f32x4.pmin(f32x4.splat(88.8), f32x4.pmax(f32x4.splat(-87.5), x));
  // x = n ln 2 + r, |r| <= ln 2 / 2; ln 2 in two parts so that n * high is exact
  const n = f32x4.nearest(f32x4.mul(clamped, f32x4.splat(1.44269504088896341)));
  let r = f32x4.sub(clamped, f32x4.mul(n, f32x4.splat(0.693359375)));
  r = f32x4.sub(r, f32x4.mul(n, f32x4.splat(-2.12194440e-4)));
  let p = f32x4.splat(1.9875691500e-4);
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(1.3981999507e-3));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(8.3334519073e-3));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(4.1665795894e-2));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(1.6666665459e-1));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(5.0000001201e-1));
  p = f32x4.add(f32x4.add(f32x4.mul(p, f32x4.mul(r, r)), r), f32x4.splat(1));
  // 2^n in two factors: n reaches 128, one exponent field alone does not
  const half = i32x4.shr_s(i32x4.trunc_sat_f32x4_s(n), 1);
  const rest = i32x4.sub(i32x4.trunc_sat_f32x4_s(n), half);
  const bias = i32x4.splat(127);
  p = f32x4.mul(p, i32x4.shl(i32x4.add(half, bias), 23));
  p = f32x4.mul(p, i32x4.shl(i32x4.add(rest, bias), 23));
  p = v128.andnot(p, f32x4.lt(x, f32x4.splat(-87.33)));
  p = v128.bitselect(f32x4.splat(Infinity), p, f32x4.gt(x, f32x4.splat(88.722839)));
  return v128.bitselect(x, p, f32x4.ne(x, x));
}

/** ln x for normal x > 0; -Infinity at 0 (and for subnormals), NaN below and for NaN, Infinity at Infinity. */
export function log4(x: v128): v128 {
  // x = m 2^e with sqrt(1/2) <= m < sqrt(2)
  const exponent = i32x4.sub(i32x4.shr_u(x, 23), i32x4.splat(126));
  let m = v128.or(v128.and(x, i32x4.splat(0x007fffff)), i32x4.splat(0x3f000000));
  const small = f32x4.lt(m, f32x4.splat(0.707106781186547524));
  const e = f32x4.convert_i32x4_s(i32x4.add(exponent, small));
  m = f32x4.sub(f32x4.add(m, v128.and(m, small)), f32x4.splat(1));
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
  p = f32x4.add(f32x4.add(m, p), f32x4.mul(e, f32x4.splat(0.693359375)));
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

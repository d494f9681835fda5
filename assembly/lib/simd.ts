// Lane helpers on v128 as four f32. Counts and indices are elements, pointers are bytes.

/** Address of element `index` of the f32 (or i32) array at `base`. */
// @ts-ignore: decorator
@inline
export function at(base: usize, index: i32): usize {
  return base + ((<usize>index) << 2);
}

/** Stores the first min(count, 4) lanes: tails are computed like the body and only written short. */
// @ts-ignore: decorator
@inline
export function storeLanes(p: usize, v: v128, count: i32): void {
  if (count >= 4) {
    v128.store(p, v);
  } else {
    if (count > 0) v128.store32_lane(p, v, 0);
    if (count > 1) v128.store32_lane(p, v, 1, 4);
    if (count > 2) v128.store32_lane(p, v, 2, 8);
  }
}

/** Lanes 0 .. count-1 all ones, the others zero. */
// @ts-ignore: decorator
@inline
export function laneMask(count: i32): v128 {
  return i32x4.gt_s(i32x4.splat(count), i32x4(0, 1, 2, 3));
}

/** Four floats at p of which `count` exist; the missing lanes read as `fill`. */
// @ts-ignore: decorator
@inline
export function loadLanes(p: usize, count: i32, fill: v128): v128 {
  return v128.bitselect(v128.load(p), fill, laneMask(count));
}

/** A block of 4 x 4, turned: its first min(count, 4) columns, `step` bytes apart. */
// @ts-ignore: decorator
@inline
export function storeTurned(p: usize, step: usize, count: i32, v0: v128, v1: v128, v2: v128, v3: v128): void {
  const low = i32x4.shuffle(v0, v1, 0, 4, 1, 5), low2 = i32x4.shuffle(v2, v3, 0, 4, 1, 5);
  const high = i32x4.shuffle(v0, v1, 2, 6, 3, 7), high2 = i32x4.shuffle(v2, v3, 2, 6, 3, 7);
  v128.store(p, i64x2.shuffle(low, low2, 0, 2));
  if (count > 1) v128.store(p + step, i64x2.shuffle(low, low2, 1, 3));
  if (count > 2) v128.store(p + step * 2, i64x2.shuffle(high, high2, 0, 2));
  if (count > 3) v128.store(p + step * 3, i64x2.shuffle(high, high2, 1, 3));
}

/** a * b + c, in the default build with two roundings; in the relaxed one as the machine does it fastest, usually with one. */
// @ts-ignore: decorator
@inline
export function madd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c);
  return f32x4.add(c, f32x4.mul(a, b));
}

/** (l0 + l2) + (l1 + l3) */
// @ts-ignore: decorator
@inline
export function sumLanes(v: v128): f32 {
  return (
    f32x4.extract_lane(v, 0) +
    f32x4.extract_lane(v, 2) +
    (f32x4.extract_lane(v, 1) + f32x4.extract_lane(v, 3))
  );
}

/** The greatest lane; NaN if any lane is NaN. */
// @ts-ignore: decorator
@inline
export function maxLanes(v: v128): f32 {
  return max(
    max(f32x4.extract_lane(v, 0), f32x4.extract_lane(v, 1)),
    max(f32x4.extract_lane(v, 2), f32x4.extract_lane(v, 3)),
  );
}

/** Zero where |v| < 1e-30: WebAssembly has no flush-to-zero, and subnormals cost some hundred cycles each. */
// @ts-ignore: decorator
@inline
export function flush(v: v128): v128 {
  return v128.andnot(v, f32x4.lt(f32x4.abs(v), f32x4.splat(1e-30)));
}

// Numbers between two bounds, as relu and relu6 have them.

import { at, storeLanes } from "./simd";

/** v between least and most; NaN stays NaN. (min and max are nine instructions each, pmin and pmax one.) */
// @ts-ignore: decorator
@inline
export function clamp(v: v128, least: v128, most: v128): v128 {
  return f32x4.pmin(f32x4.pmax(v, least), most);
}

/** Brings `count` numbers at p to least .. most, in place; infinities: nothing to do. */
export function clampAll(p: usize, count: i32, least: f32, most: f32): void {
  if (least == -Infinity && most == Infinity) return;
  const low = f32x4.splat(least), high = f32x4.splat(most);
  let i = 0;
  for (; i + 8 <= count; i += 8) {
    const v0 = clamp(v128.load(at(p, i)), low, high), v1 = clamp(v128.load(at(p, i), 16), low, high);
    v128.store(at(p, i), v0);
    v128.store(at(p, i), v1, 16);
  }
  for (; i < count; i += 4) storeLanes(at(p, i), clamp(v128.load(at(p, i)), low, high), count - i);
}

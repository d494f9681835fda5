import { at } from "./simd";

/** The sum of squares of `count` numbers, in double precision. */
// @ts-ignore: decorator
@inline
export function sumSquares(p: usize, count: i32): f64 {
  let low = f64x2.splat(0), high = low;
  let i = 0;
  for (; i + 4 <= count; i += 4) {
    const x = v128.load(at(p, i));
    const a = f64x2.promote_low_f32x4(x), b = f64x2.promote_low_f32x4(i32x4.shuffle(x, x, 2, 3, 0, 1));
    low = f64x2.add(low, f64x2.mul(a, a));
    high = f64x2.add(high, f64x2.mul(b, b));
  }
  const both = f64x2.add(low, high);
  let sum = f64x2.extract_lane(both, 0) + f64x2.extract_lane(both, 1);
  for (; i < count; ++i) {
    const x = <f64>load<f32>(at(p, i));
    sum += x * x;
  }
  return sum;
}

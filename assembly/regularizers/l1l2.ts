import { at, laneMask, storeLanes } from "../lib/simd";

/** penalty[0] = l1 sum |w| + l2 sum w^2, `size` elements, summed in f64. */
export function l1l2Forward(penalty: usize, w: usize, size: i32, l1: f64, l2: f64): void {
  let sum = f64x2.splat(0), squares = sum;
  for (let i = 0; i < size; i += 4) {
    let v = v128.load(at(w, i));
    if (size - i < 4) v = v128.and(v, laneMask(size - i));
    const low = f64x2.promote_low_f32x4(v), high = f64x2.promote_low_f32x4(i64x2.shuffle(v, v, 1, 0));
    sum = f64x2.add(sum, f64x2.add(f64x2.abs(low), f64x2.abs(high)));
    squares = f64x2.add(squares, f64x2.add(f64x2.mul(low, low), f64x2.mul(high, high)));
  }
  const all = f64x2.add(f64x2.mul(sum, f64x2.splat(l1)), f64x2.mul(squares, f64x2.splat(l2)));
  store<f32>(penalty, <f32>(f64x2.extract_lane(all, 0) + f64x2.extract_lane(all, 1)));
}

/** dw += l1 sign(w) + 2 l2 w; sign(0) = 0. */
export function l1l2BackwardAdd(dw: usize, w: usize, size: i32, l1: f32, l2: f32): void {
  const one = f32x4.splat(l1), two = f32x4.splat(2 * l2), zero = f32x4.splat(0);
  for (let i = 0; i < size; i += 4) {
    const v = v128.load(at(w, i));
    const up = v128.and(one, f32x4.gt(v, zero)), down = v128.and(one, f32x4.lt(v, zero));
    const gradient = f32x4.add(f32x4.sub(up, down), f32x4.mul(two, v));
    storeLanes(at(dw, i), f32x4.add(v128.load(at(dw, i)), gradient), size - i);
  }
}

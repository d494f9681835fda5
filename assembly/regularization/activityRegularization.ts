import { at, loadLanes, storeLanes, sumLanes } from "../lib/simd";
import { batchSamples } from "../lib/step";

/** penalty[s] = l1 sum of |x| + l2 sum of x^2 over the `size` elements of the sample */
export function activityRegularizationForward(
  samples: i32, penalty: usize, x: usize, size: i32, l1: f32, l2: f32,
): void {
  const zero = f32x4.splat(0);
  for (let n = 0; n < samples; ++n) {
    let sum = zero, squares = zero;
    for (let i = 0; i < size; i += 4) {
      const v = loadLanes(at(x, i), size - i, zero);
      sum = f32x4.add(sum, f32x4.abs(v));
      squares = f32x4.add(squares, f32x4.mul(v, v));
    }
    store<f32>(at(penalty, n), l1 * sumLanes(sum) + l2 * sumLanes(squares));
    x = at(x, size);
  }
}

/** dx = (l1 sign(x) + 2 l2 x) / N, N the samples of the batch */
export function activityRegularizationBackward(
  samples: i32, dx: usize, x: usize, step: usize, size: i32, l1: f32, l2: f32,
): void {
  const batch = <f32>batchSamples(step), zero = f32x4.splat(0);
  const one = f32x4.splat(l1 / batch), two = f32x4.splat(2 * l2 / batch);
  const count = samples * size;
  for (let i = 0; i < count; i += 4) {
    const v = v128.load(at(x, i));
    const sign = v128.and(v128.or(one, v128.and(v, i32x4.splat(0x80000000))), f32x4.ne(v, zero));
    storeLanes(at(dx, i), f32x4.add(sign, f32x4.mul(two, v)), count - i);
  }
}

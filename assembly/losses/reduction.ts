import { at, storeLanes } from "../lib/simd";
import { batchSamples } from "../lib/step";

/** y = x * factor * N, N the samples in the batch: from a mean over the batch to a sum. `size` numbers a sample. */
export function reductionSum(samples: i32, y: usize, x: usize, step: usize, factor: f32, size: i32): void {
  const count = samples * size;
  const factors = f32x4.splat(factor * <f32>batchSamples(step));
  for (let i = 0; i < count; i += 4) storeLanes(at(y, i), f32x4.mul(v128.load(at(x, i)), factors), count - i);
}

/** y = x * factor * N / (the sum of the weights of all N samples of the batch, `per` a sample); 0 where that sum is 0. `size` numbers a
 * sample. */
export function reductionWeighted(
  samples: i32, y: usize, x: usize, all: usize, per: i32, step: usize, factor: f32, size: i32,
): void {
  const batch = batchSamples(step);
  let sum: f64 = 0;
  for (let i = 0; i < batch * per; ++i) sum += load<f32>(at(all, i));
  const count = samples * size;
  const factors = f32x4.splat(sum != 0 ? <f32>(<f64>factor * batch / sum) : 0);
  for (let i = 0; i < count; i += 4) storeLanes(at(y, i), f32x4.mul(v128.load(at(x, i)), factors), count - i);
}

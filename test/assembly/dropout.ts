import { philoxFill } from "../../assembly/core/philox";
import { at, storeLanes } from "../../assembly/lib/simd";
import { firstSample, iterations, seedHigh, seedLow } from "../../assembly/lib/step";

/**
 * y = x / (1 - rate) where the element's random number in [0, 1) is at least `rate`, else 0; `size` elements a sample.
 * The numbers are those of the Philox blocks (sample in the batch * ceil(size / 4) + element / 4, purpose, position, step)
 * under the model's seed. `words` has room for a block. The backward pass is the same on dy.
 */
export function dropoutForward(
  samples: i32, y: usize, x: usize, words: usize, step: usize, size: i32, purpose: u32, position: u32, rate: f32,
): void {
  const k0 = seedLow(step), k1 = seedHigh(step), c3 = <u32>iterations(step);
  const scale = f32x4.splat(<f32>1 / (<f32>1 - rate));
  let block = <u32>firstSample(step) * <u32>((size + 3) >> 2);
  for (let n = 0; n < samples; ++n) {
    for (let i = 0; i < size; i += 4) {
      philoxFill(1, words, k0, k1, block++, purpose, position, c3);
      const unit = f32x4.mul(f32x4.convert_i32x4_u(i32x4.shr_u(v128.load(words), 8)), f32x4.splat(1.0 / 16777216.0));
      const kept = f32x4.ge(unit, f32x4.splat(rate));
      storeLanes(at(y, i), v128.and(f32x4.mul(v128.load(at(x, i)), scale), kept), size - i);
    }
    x = at(x, size);
    y = at(y, size);
  }
}

import type { Random } from "../reference/random.js";
import { sizeOf, type Tensor, tensor } from "../reference/tensor.js";

/** Channel counts around the vectors of 4, panels of 8 and groups of 16 that kernels work in. */
export const channelCounts = [1, 2, 3, 4, 5, 8, 13, 16, 17, 32, 33, 48, 64];

/** Integers from -limit to limit: sums of their products are exact in f32 as long as they stay below 2^24. */
export function integers(source: Random, shape: readonly number[], limit = 8): Tensor {
  const values = Float64Array.from({ length: sizeOf(shape) }, () => source.integer(2 * limit + 1) - limit);
  return tensor(shape, values);
}

/** The same with each value made zero with probability `zeros`. */
export function sparse(source: Random, { shape, data }: Tensor, zeros: number): Tensor {
  return tensor(
    shape,
    data.map((value) => (source.uniform() < zeros ? 0 : value)),
  );
}

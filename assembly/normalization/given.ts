// Normalisation with given statistics, in the prepare phase.

import { at, storeLanes } from "../lib/simd";

/** values = previous (null: zeros) with these eight from `begin` on, as far as there is room: how numbers of a config get here. */
export function givenPut(
  values: usize, previous: usize, n: i32, begin: i32,
  a: f32, b: f32, c: f32, d: f32, e: f32, f: f32, g: f32, h: f32,
): void {
  const bytes = (<usize>n) << 2;
  if (previous) memory.copy(values, previous, bytes);
  else memory.fill(values, 0, bytes);
  storeLanes(at(values, begin), f32x4(a, b, c, d), n - begin);
  storeLanes(at(values, begin + 4), f32x4(e, f, g, h), n - begin - 4);
}

/**
 * What channelForward takes for y = (x - mean) / max(sqrt(variance), 1e-7), or where `invert` is not 0 for its inverse.
 * @param mean null: 0
 * @param step 1, or 0 where all channels have the one mean and variance
 */
export function givenFold(
  coefficients: usize, mean: usize, variance: usize, channels: i32, step: i32, invert: i32,
): void {
  for (let c = 0; c < channels; ++c) {
    const deviation = max<f32>(sqrt<f32>(load<f32>(at(variance, c * step))), 1e-7);
    const centre = mean ? load<f32>(at(mean, c * step)) : <f32>0;
    store<f32>(at(coefficients, c), invert ? deviation : <f32>1 / deviation);
    store<f32>(at(coefficients, channels + c), invert ? centre : -centre / deviation);
  }
}

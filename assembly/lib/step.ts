// The step block: what changes from step to step. The same layout is written by src/engine/program/step.ts.

/** Training steps done before this one. */
// @ts-ignore: decorator
@inline
export function iterations(step: usize): i32 {
  return load<i32>(step);
}

// @ts-ignore: decorator
@inline
export function learningRate(step: usize): f32 {
  return load<f32>(step, 4);
}

/** Samples in the whole batch, not in the shard. */
// @ts-ignore: decorator
@inline
export function batchSamples(step: usize): i32 {
  return load<i32>(step, 8);
}

/** Index in the batch of the shard's first sample. */
// @ts-ignore: decorator
@inline
export function firstSample(step: usize): i32 {
  return load<i32>(step, 12);
}

/** The model's seed as a Philox key: the low and the high word. */
// @ts-ignore: decorator
@inline
export function seedLow(step: usize): u32 {
  return load<u32>(step, 16);
}

// @ts-ignore: decorator
@inline
export function seedHigh(step: usize): u32 {
  return load<u32>(step, 20);
}

/** Number `index` of those that the optimizer has for this step (see `scalars` in src/optimizers/optimizer.ts). */
// @ts-ignore: decorator
@inline
export function scalar(step: usize, index: i32): f32 {
  return load<f32>(step + ((<usize>index) << 2), 24);
}

/** Whether the step only gathers gradients: then no update changes anything. */
// @ts-ignore: decorator
@inline
export function gathers(step: usize): bool {
  return scalar(step, 0) != 0;
}

/** Index of the first number that the optimizer itself has for the step. */
// @ts-ignore: decorator
@inline
export const OWN: i32 = 3;

// What the tests of the normalisations share.

import { random } from "../reference/random.js";
import type { Tensor } from "../reference/tensor.js";

export const EPSILON = Math.fround(1e-3);

export interface Inputs {
  readonly x: Tensor;
  readonly dy: Tensor;
  readonly gamma?: Tensor;
  readonly beta?: Tensor;
}

/** Old gradients, to which the kernels add. */
export const OLD = 3;
export const plusOld = (values: ArrayLike<number>) => Array.from(values, (value) => value + OLD);

export function inputsOf(shape: readonly number[], seed: number): Inputs & { gamma: Tensor; beta: Tensor } {
  const source = random(seed);
  const channels = [shape.at(-1)!];
  return {
    ...{ x: source.tensor(shape), dy: source.tensor(shape) },
    ...{ gamma: source.tensor(channels), beta: source.tensor(channels) },
  };
}

export const byChannel = (channels: number) => (i: number) => i % channels;

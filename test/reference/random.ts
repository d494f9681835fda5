import { sizeOf, type Tensor, tensor } from "./tensor.js";

/** A deterministic source of test data, all exact in f32, so that kernels and the reference see the same inputs. */
export interface Random {
  /** The next value, even in [0, 1). */
  uniform(): number;
  /** An integer in [0, limit). */
  integer(limit: number): number;
  /** Values in [-1, 1), bell-shaped around 0. */
  tensor(shape: readonly number[]): Tensor;
  /** Values in (-1, 1), no two closer than 1 / size: no ties for maxima, safe for finite differences. */
  distinct(shape: readonly number[]): Tensor;
  /** Rows (n, classes) with a single 1. */
  oneHot(samples: number, classes: number): Tensor;
}

/** mulberry32 with helpers; the same seed gives the same values. */
export function random(seed: number): Random {
  let state = seed >>> 0;

  function uniform(): number {
    state = (state + 0x6d2b79f5) >>> 0;
    let z = Math.imul(state ^ (state >>> 15), state | 1);
    z ^= z + Math.imul(z ^ (z >>> 7), z | 61);
    // 24 bits are what an f32 can hold.
    return ((z ^ (z >>> 14)) >>> 8) / 2 ** 24;
  }

  function integer(limit: number): number {
    return Math.floor(uniform() * limit);
  }

  return {
    uniform,
    integer,
    tensor(shape) {
      const bell = () => Math.fround(((uniform() + uniform() + uniform()) * 2) / 3 - 1);
      return tensor(shape, Float64Array.from({ length: sizeOf(shape) }, bell));
    },
    distinct(shape) {
      const size = sizeOf(shape);
      const values = Float64Array.from({ length: size }, (_, i) => Math.fround((2 * i + 1) / size - 1));
      for (let i = size - 1; i > 0; i--) {
        const j = integer(i + 1);
        [values[i], values[j]] = [values[j]!, values[i]!];
      }
      return tensor(shape, values);
    },
    oneHot(samples, classes) {
      const t = tensor([samples, classes]);
      for (let n = 0; n < samples; n++) t.data[n * classes + integer(classes)] = 1;
      return t;
    },
  };
}

import type { Random } from "../reference/random.js";
import { type Tensor, tensor } from "../reference/tensor.js";

/** The i-th number of a tensor, made of one between -1 and 1. */
export type Make = (value: number, i: number, source: Random) => number;

/** A tensor of f32 numbers made anew. */
export function make(source: Random, { shape, data }: Tensor, of: Make = (value) => value): Tensor {
  return tensor(
    shape,
    Float32Array.from(data, (value, i) => of(value, i, source)),
  );
}

const wide: Make = (value, _i, source) => value * 10 ** (8 * source.uniform() - 4);

/** What is hard on sums of products, for two factors; `columns` of the second one. */
export function hardNumbers(
  columns: number,
): { readonly what: string; readonly first?: Make; readonly second?: Make }[] {
  return [
    { what: "numbers of like size" },
    {
      what: "sums that cancel",
      first: (value) => 1e4 + value,
      second: (value, i) => (-1) ** Math.floor(i / columns) + value / 1e3,
    },
    { what: "numbers from 1e-4 to 1e4", first: wide, second: wide },
    { what: "equal numbers", first: () => 0.1, second: () => 0.3 },
    { what: "one huge number", first: (value, i) => (i === 500 ? 1e30 : value) },
    { what: "a subnormal first factor", first: (value) => value * 1e-39 },
    { what: "a subnormal second factor", second: (value) => value * 1e-39 },
  ];
}

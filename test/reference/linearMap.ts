import { sizeOf, type Tensor, tensor } from "./tensor.js";

/** A linear map between arrays: y[to] = sum of weight x[from]. */
export interface LinearMap {
  readonly from: readonly number[];
  readonly to: readonly number[];
  readonly terms: readonly { readonly to: number; readonly from: number; readonly weight: number }[];
}

/** What each element of y is made of, by its indices. */
export function linearMap(
  from: readonly number[],
  to: readonly number[],
  termsOf: (index: readonly number[]) => readonly (readonly [index: readonly number[], weight: number])[],
): LinearMap {
  const terms = Array.from({ length: sizeOf(to) }, (_, place) =>
    termsOf(indexOf(place, to)).map(([index, weight]) => ({ to: place, from: placeOf(index, from), weight })),
  ).flat();
  return { from, to, terms };
}

function indexOf(place: number, shape: readonly number[]): number[] {
  return shape.map((size, axis) => Math.floor(place / sizeOf(shape.slice(axis + 1))) % size);
}

function placeOf(index: readonly number[], shape: readonly number[]): number {
  return index.reduce((place, i, axis) => place * shape[axis]! + i, 0);
}

export function apply({ to, terms }: LinearMap, x: Tensor): Tensor {
  const y = tensor(to);
  for (const term of terms) y.data[term.to]! += term.weight * x.data[term.from]!;
  return y;
}

/** The gradient of its input: the transposed map. */
export function applyTransposed({ from, terms }: LinearMap, dy: Tensor): Tensor {
  const dx = tensor(from);
  for (const term of terms) dx.data[term.from]! += term.weight * dy.data[term.to]!;
  return dx;
}

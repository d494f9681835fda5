import { type Shape, sizeOf } from "../../engine/program/shape.js";

/**
 * Mean and variance (divided by the count) of samples over all axes but `kept`, in 64 bits, row-major.
 * @param kept axes of a sample, in ascending order
 */
export function momentsOf(
  { data, shape }: { readonly data: ArrayLike<number>; readonly shape: Shape },
  kept: readonly number[],
): { readonly mean: Float64Array; readonly variance: Float64Array } {
  const sample = shape.slice(1);
  const size = sizeOf(sample);
  // Where each element of a sample belongs.
  const places = Uint32Array.from({ length: size }, (_, i) =>
    kept.reduce((place, axis) => {
      const index = Math.floor(i / sizeOf(sample.slice(axis + 1))) % sample[axis]!;
      return place * sample[axis]! + index;
    }, 0),
  );
  const groups = sizeOf(kept.map((axis) => sample[axis]!));
  const count = data.length / groups;
  const meanOf = (value: (i: number, place: number) => number) => {
    const sums = new Float64Array(groups);
    for (let i = 0; i < data.length; i++) sums[places[i % size]!]! += value(i, places[i % size]!);
    return sums.map((sum) => sum / count);
  };
  const mean = meanOf((i) => data[i]!);
  return { mean, variance: meanOf((i, place) => (data[i]! - mean[place]!) ** 2) };
}

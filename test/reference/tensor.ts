/** A dense row-major array in f64, the currency of the reference. */
export interface Tensor {
  readonly shape: readonly number[];
  readonly data: Float64Array;
}

/** What a tensor can be made of: anything with the shape and the values, as the vectors have it. */
export interface TensorLike {
  readonly shape: readonly number[];
  readonly data: ArrayLike<number>;
}

/** Product of the dimensions; 1 for a scalar. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((size, length) => size * length, 1);
}

/** A tensor holding a copy of `data`, or zeros. Throws RangeError when the lengths differ. */
export function tensor(shape: readonly number[], data: ArrayLike<number> = new Float64Array(sizeOf(shape))): Tensor {
  if (data.length !== sizeOf(shape)) {
    throw new RangeError(`tensor: expected ${sizeOf(shape)} values for shape (${shape}), got ${data.length}`);
  }
  return { shape, data: Float64Array.from(data) };
}

/** A copy in f64. */
export function toTensor({ shape, data }: TensorLike): Tensor {
  return tensor(shape, data);
}

/** The four dimensions (samples, height, width, channels) or (kh, kw, in, out). Throws RangeError for another rank. */
export function dimensions4({ shape }: Tensor): [number, number, number, number] {
  if (shape.length !== 4) throw new RangeError(`dimensions4: expected 4 dimensions, got (${shape})`);
  return [...shape] as [number, number, number, number];
}

/** The two dimensions (rows, columns): the last one, and all others as rows. Throws RangeError for a scalar. */
export function dimensions2({ shape }: Tensor): [number, number] {
  const columns = shape.at(-1);
  if (columns === undefined) throw new RangeError("dimensions2: expected at least 1 dimension, got a scalar");
  return [sizeOf(shape.slice(0, -1)), columns];
}

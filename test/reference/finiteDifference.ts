import { type Tensor, tensor } from "./tensor.js";

/** The gradient of a scalar function: dx[i] = (f(x + h e_i) - f(x - h e_i)) / 2h; h defaults to 1e-5. */
export function finiteDifference(f: (x: Tensor) => number, x: Tensor, h = 1e-5): Tensor {
  return tensor(
    x.shape,
    x.data.map((value, i) => {
      const at = (moved: number) => f(tensor(x.shape, x.data.with(i, moved)));
      return (at(value + h) - at(value - h)) / (2 * h);
    }),
  );
}

/** sum of a[i] * b[i]: dot(y, dy) is the scalar whose gradient a backward pass given dy computes. */
export function dot(a: Tensor, b: Tensor): number {
  return a.data.reduce((sum, value, i) => sum + value * b.data[i]!, 0);
}

/**
 * Likewise of a function that kernels compute in f32, which takes time. The step is far above their rounding.
 */
export async function centralDifferences(
  f: (data: Float64Array) => Promise<number>,
  data: ArrayLike<number>,
  h = 2 ** -9,
): Promise<number[]> {
  const x = Float64Array.from(data);
  const gradient: number[] = [];
  for (const [i, value] of x.entries()) {
    gradient.push(((await f(x.with(i, value + h))) - (await f(x.with(i, value - h)))) / (2 * h));
  }
  return gradient;
}

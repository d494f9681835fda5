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

import { dimensions4, type Tensor, tensor } from "./tensor.js";

type Matrix = readonly (readonly number[])[];

/** The transforms of Winograd's F(m x m, 3 x 3), which makes m x m outputs of n x n inputs, n = m + 2: see winogradForward. */
export interface Transforms {
  /** n x n */
  readonly input: Matrix;
  /** n x 3 */
  readonly kernel: Matrix;
  /** m x n */
  readonly output: Matrix;
}

/** B', G and A' for m = 2 of Lavin and Gray, "Fast algorithms for convolutional neural networks" (2016). */
export const transforms: Transforms = {
  input: [
    [1, 0, -1, 0],
    [0, 1, 1, 0],
    [0, -1, 1, 0],
    [0, 1, 0, -1],
  ],
  kernel: [
    [1, 0, 0],
    [0.5, 0.5, 0.5],
    [0.5, -0.5, 0.5],
    [0, 0, 1],
  ],
  output: [
    [1, 1, 1, 0],
    [0, 1, -1, -1],
  ],
};

/** The coefficients of the product of (x - root), from the constant one on. */
function polynomial(roots: readonly number[]): number[] {
  let product = [1];
  for (const root of roots) {
    const before = product;
    product = Array.from({ length: before.length + 1 }, (_, i) => (before[i - 1] ?? 0) - root * (before[i] ?? 0));
  }
  return product;
}

/**
 * The transforms by which two polynomials are multiplied through their values at some points and infinity (Toom and Cook), transposed:
 * m = points - 1 outputs of a filter with three taps.
 */
export function transformsOf(points: readonly number[]): Transforms {
  const others = points.map((point) => points.filter((other) => other !== point));
  const distances = points.map((point, i) => others[i]!.reduce((product, other) => product * (point - other), 1));
  const outputs = points.length - 1;
  return {
    input: [...others.map((roots) => [...polynomial(roots), 0]), polynomial(points)],
    kernel: [...points.map((point, i) => [1, point, point ** 2].map((power) => power / distances[i]!)), [0, 0, 1]],
    output: Array.from({ length: outputs }, (_, i) => [
      ...points.map((point) => point ** i),
      i === outputs - 1 ? 1 : 0,
    ]),
  };
}

/** For m = 4: those of assembly/winograd4.ts. */
export const transforms4 = transformsOf([0, 0.75, -0.75, 1.5, -1.5]);

const absolute = (m: Matrix) => m.map((row) => row.map(Math.abs));
const positiveTransforms = ({ input, kernel, output }: Transforms): Transforms => ({
  input: absolute(input),
  kernel: absolute(kernel),
  output: absolute(output),
});

function positive({ shape, data }: Tensor): Tensor {
  return tensor(shape, data.map(Math.abs));
}

/** m d m', of as many elements as m has rows, squared. */
export function transform(m: Matrix, d: (row: number, column: number) => number): number[] {
  return m.flatMap((left) =>
    m.map((right) => {
      let sum = 0;
      for (const [i, a] of left.entries()) for (const [j, b] of right.entries()) if (a * b) sum += a * b * d(i, j);
      return sum;
    }),
  );
}

/**
 * y[tile] = A' [sum over the channels of (G g G') * (B' d B)] A, * elementwise: the convolution of x (n, h, w, in) with
 * w (3, 3, in, out).
 */
export function winogradForward(x: Tensor, w: Tensor, { input, kernel, output } = transforms): Tensor {
  const [samples, height, width, channels] = dimensions4(x);
  const filters = w.shape[3]!;
  const [outHeight, outWidth] = [height - 2, width - 2];
  const y = tensor([samples, outHeight, outWidth, filters]);
  const [size, inputs] = [output.length, input.length];
  const us = Array.from({ length: channels * filters }, (_, cf) =>
    transform(kernel, (i, j) => w.data[(3 * i + j) * channels * filters + cf]!),
  );
  for (let n = 0; n < samples; n++) {
    for (let row = 0; row < outHeight; row += size) {
      for (let column = 0; column < outWidth; column += size) {
        // What lies outside of x reaches only outputs that do not exist either.
        const vs = Array.from({ length: channels }, (_, c) =>
          transform(input, (i, j) => {
            const inside = row + i < height && column + j < width;
            return inside ? x.data[((n * height + row + i) * width + column + j) * channels + c]! : 0;
          }),
        );
        for (let f = 0; f < filters; f++) {
          const m = Array.from({ length: inputs ** 2 }, (_, i) =>
            vs.reduce((sum, v, c) => sum + v[i]! * us[c * filters + f]![i]!, 0),
          );
          const tile = transform(output, (i, j) => m[inputs * i + j]!);
          for (const [t, value] of tile.entries()) {
            const [r, s] = [row + Math.floor(t / size), column + (t % size)];
            if (r >= outHeight || s >= outWidth) continue;
            y.data[((n * outHeight + r) * outWidth + s) * filters + f] = value;
          }
        }
      }
    }
  }
  return y;
}

/** The same with every number and every entry of the transforms made positive: what rounding errors are relative to. */
export function winogradMagnitude(x: Tensor, w: Tensor, of = transforms): Tensor {
  return winogradForward(positive(x), positive(w), positiveTransforms(of));
}

/** The transpose of a matrix. */
function transposed(m: Matrix): Matrix {
  return m[0]!.map((_, column) => m.map((row) => row[column]!));
}

/**
 * dw = G' [sum over the tiles of (B' d B) * (A dy A')] G, * elementwise: the kernel gradient (3, 3, in, out) of the convolution
 * of x (n, h, w, in) for dy (n, h - 2, w - 2, out).
 */
export function winogradBackwardKernel(x: Tensor, dy: Tensor, { input, kernel, output } = transforms): Tensor {
  const [samples, height, width, channels] = dimensions4(x);
  const [, outHeight, outWidth, filters] = dimensions4(dy);
  const du = Array.from({ length: channels * filters }, () => new Float64Array(16));
  const inside =
    (t: Tensor, rows: number, columns: number, size: number) => (n: number, i: number, j: number, e: number) =>
      i < rows && j < columns ? t.data[((n * rows + i) * columns + j) * size + e]! : 0;
  const [xAt, dyAt] = [inside(x, height, width, channels), inside(dy, outHeight, outWidth, filters)];
  const back = transposed(output);
  for (let n = 0; n < samples; n++) {
    for (let row = 0; row < outHeight; row += 2) {
      for (let column = 0; column < outWidth; column += 2) {
        const vs = Array.from({ length: channels }, (_, c) =>
          transform(input, (i, j) => xAt(n, row + i, column + j, c)),
        );
        const ms = Array.from({ length: filters }, (_, f) =>
          transform(back, (i, j) => dyAt(n, row + i, column + j, f)),
        );
        for (const [cf, sum] of du.entries()) {
          const [v, m] = [vs[Math.floor(cf / filters)]!, ms[cf % filters]!];
          for (let i = 0; i < 16; i++) sum[i]! += v[i]! * m[i]!;
        }
      }
    }
  }
  const dw = tensor([3, 3, channels, filters]);
  for (const [cf, sum] of du.entries()) {
    const g = transform(transposed(kernel), (i, j) => sum[4 * i + j]!);
    for (const [tap, value] of g.entries()) dw.data[tap * channels * filters + cf] = value;
  }
  return dw;
}

/** The same with every number and every entry of the transforms made positive. */
export function winogradBackwardKernelMagnitude(x: Tensor, dy: Tensor): Tensor {
  return winogradBackwardKernel(positive(x), positive(dy), positiveTransforms(transforms));
}

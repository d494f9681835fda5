import { dimensions4, type Tensor, tensor } from "./tensor.js";

type Matrix = readonly (readonly number[])[];

/** The transforms of Winograd's F(2 x 2, 3 x 3), which makes 2 x 2 outputs of 4 x 4 inputs: see winogradForward. */
export interface Transforms {
  /** 4 x 4 */
  readonly input: Matrix;
  /** 4 x 3 */
  readonly kernel: Matrix;
  /** 2 x 4 */
  readonly output: Matrix;
}

/** B', G and A' of Lavin and Gray, "Fast algorithms for convolutional neural networks" (2016). */
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

const absolute = (m: Matrix) => m.map((row) => row.map(Math.abs));
const positiveTransforms: Transforms = {
  input: absolute(transforms.input),
  kernel: absolute(transforms.kernel),
  output: absolute(transforms.output),
};

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
  const us = Array.from({ length: channels * filters }, (_, cf) =>
    transform(kernel, (i, j) => w.data[(3 * i + j) * channels * filters + cf]!),
  );
  for (let n = 0; n < samples; n++) {
    for (let row = 0; row < outHeight; row += 2) {
      for (let column = 0; column < outWidth; column += 2) {
        // What lies outside of x reaches only outputs that do not exist either.
        const vs = Array.from({ length: channels }, (_, c) =>
          transform(input, (i, j) => {
            const inside = row + i < height && column + j < width;
            return inside ? x.data[((n * height + row + i) * width + column + j) * channels + c]! : 0;
          }),
        );
        for (let f = 0; f < filters; f++) {
          const m = Array.from({ length: 16 }, (_, i) =>
            vs.reduce((sum, v, c) => sum + v[i]! * us[c * filters + f]![i]!, 0),
          );
          const tile = transform(output, (i, j) => m[4 * i + j]!);
          for (const [t, value] of tile.entries()) {
            const [r, s] = [row + (t >> 1), column + (t & 1)];
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
export function winogradMagnitude(x: Tensor, w: Tensor): Tensor {
  return winogradForward(positive(x), positive(w), positiveTransforms);
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
  return winogradBackwardKernel(positive(x), positive(dy), positiveTransforms);
}

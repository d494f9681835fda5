// Functions of the elements along one axis of (outer, n, inner), in plain f64. Their gradients are those of finite differences.

import { type Tensor, tensor } from "./tensor.js";

/** y[o,:,i] = f(x[o,:,i]); f may give another number of elements. */
function alongAxis(x: Tensor, f: (line: readonly number[]) => readonly number[]): Tensor {
  const [outer, n, inner] = x.shape as [number, number, number];
  const lines: number[][] = [];
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < inner; i++) {
      lines.push([...f(Array.from({ length: n }, (_, j) => x.data[(o * n + j) * inner + i]!))]);
    }
  }
  const length = lines[0]?.length ?? 0;
  const y = tensor([outer, length, inner]);
  for (const [l, line] of lines.entries()) {
    for (const [j, value] of line.entries()) {
      y.data[(Math.floor(l / inner) * length + j) * inner + (l % inner)] = value;
    }
  }
  return y;
}

/** e^x[j] / sum over k of e^x[k] */
export const softmaxAlong = (x: Tensor) => alongAxis(x, (line) => softmaxOf(line));

function softmaxOf(line: readonly number[]): readonly number[] {
  const most = Math.max(...line);
  const sum = line.reduce((total, value) => total + Math.exp(value - most), 0);
  return line.map((value) => Math.exp(value - most) / sum);
}

/** x[j] - ln(sum over k of e^x[k]) */
export const logSoftmaxAlong = (x: Tensor) =>
  alongAxis(x, (line) => {
    const most = Math.max(...line);
    const sum = line.reduce((total, value) => total + Math.exp(value - most), 0);
    return line.map((value) => value - most - Math.log(sum));
  });

/** max(x[j] - tau, 0): tau from the sorted line, as Martins and Astudillo, 2016, algorithm 1. */
export const sparsemaxAlong = (x: Tensor) =>
  alongAxis(x, (line) => {
    const sorted = line.toSorted((a, b) => b - a);
    let [sum, tau] = [0, 0];
    for (const [k, value] of sorted.entries()) {
      sum += value;
      if (1 + (k + 1) * value <= sum) break;
      tau = (sum - 1) / (k + 1);
    }
    return line.map((value) => Math.max(value - tau, 0));
  });

/** a[j] / (1 + e^-b[j]), a and b the halves of x */
export const gluAlong = (x: Tensor) =>
  alongAxis(x, (line) => line.slice(0, line.length / 2).map((a, j) => a / (1 + Math.exp(-line[line.length / 2 + j]!))));

/** x[j] min(1 / |x|, 1e7) */
export const l2NormalizeAlong = (x: Tensor) =>
  alongAxis(x, (line) => line.map((value) => value * Math.min(1 / Math.hypot(...line), 1e7)));

/** Each line repeated: x (outer, 1, inner). */
export const repeatAlong = (x: Tensor, repeat: number) =>
  alongAxis(x, ([value]) => new Array<number>(repeat).fill(value!));

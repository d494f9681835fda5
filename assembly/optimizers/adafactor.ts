// Adafactor (Shazeer and Stern, 2018) as Keras 3 has it, on a whole weight. Sums of many numbers are made in f64.

import { at, loadLanes, storeLanes } from "../lib/simd";
import { sumSquares } from "../lib/squares";
import { gathers, OWN, scalar } from "../lib/step";

/** v = beta v + (1 - beta) (g^2 + epsilon) */
// @ts-ignore: decorator
@inline
function keepSquares(v: usize, g: usize, count: i32, beta: f32, epsilon: f32): void {
  const keep = f32x4.splat(beta), take = f32x4.splat(1 - beta), small = f32x4.splat(epsilon);
  for (let i = 0; i < count; i += 4) {
    const gradient = v128.load(at(g, i));
    const square = f32x4.add(f32x4.mul(gradient, gradient), small);
    storeLanes(at(v, i), f32x4.add(f32x4.mul(keep, v128.load(at(v, i))), f32x4.mul(take, square)), count - i);
  }
}

/** The means of the squares of rows (r) and columns (c) of a matrix, and v = r c / the mean of r. */
// @ts-ignore: decorator
@inline
function keepFactors(r: usize, c: usize, v: usize, g: usize, rows: i32, n: i32, beta: f32, epsilon: f32): void {
  const keep = f32x4.splat(beta), take = f32x4.splat((1 - beta) / <f32>rows), small = f32x4.splat(epsilon);
  for (let j = 0; j < n; j += 4) storeLanes(at(c, j), f32x4.mul(keep, v128.load(at(c, j))), n - j);
  let sum: f64 = 0;
  for (let i = 0; i < rows; ++i) {
    const row = at(g, i * n);
    const mean = <f32>(sumSquares(row, n) / n) + epsilon;
    const kept = beta * load<f32>(at(r, i)) + (1 - beta) * mean;
    store<f32>(at(r, i), kept);
    sum += kept;
    for (let j = 0; j < n; j += 4) {
      const gradient = v128.load(at(row, j));
      const square = f32x4.add(f32x4.mul(gradient, gradient), small);
      storeLanes(at(c, j), f32x4.add(v128.load(at(c, j)), f32x4.mul(take, square)), n - j);
    }
  }
  const mean = <f32>(sum / rows);
  for (let i = 0; i < rows; ++i) {
    const share = f32x4.splat(load<f32>(at(r, i)) / mean);
    for (let j = 0; j < n; j += 4) storeLanes(at(v, i * n + j), f32x4.mul(share, v128.load(at(c, j))), n - j);
  }
}

/**
 * A step for a weight of `outer` matrices of rows * n numbers (rows 0: of n numbers without such). u = g / sqrt(v);
 * Those of the weight stand in the three slots from number `first` on. w -= rho max(epsilon2, rms(w)) u / max(1, rms(u) / limit). beta and rho are the step's numbers; g is used up.
 */
export function adafactorUpdate(
  w: usize, g: usize, rowMeans: usize, columnMeans: usize, squares: usize, step: usize, first: i32, outer: i32, rows: i32, n: i32,
  epsilon1: f32, epsilon2: f32, limit: f32,
): void {
  if (gathers(step)) return;
  const beta = scalar(step, OWN), rho = scalar(step, OWN + 1);
  const r = at(rowMeans, first), c = at(columnMeans, first), v = at(squares, first);
  const count = outer * max<i32>(rows, 1) * n;
  if (rows == 0) keepSquares(v, g, count, beta, epsilon1);
  else {
    for (let o = 0; o < outer; ++o) {
      const matrix = o * rows * n;
      keepFactors(at(r, o * rows), at(c, o * n), at(v, matrix), at(g, matrix), rows, n, beta, epsilon1);
    }
  }
  for (let i = 0; i < count; i += 4) {
    const root = f32x4.sqrt(loadLanes(at(v, i), count - i, f32x4.splat(1)));
    storeLanes(at(g, i), f32x4.div(v128.load(at(g, i)), root), count - i);
  }
  const ofW = <f32>sqrt<f64>(sumSquares(w, count) / count), ofU = <f32>sqrt<f64>(sumSquares(g, count) / count);
  const factor = f32x4.splat(rho * max<f32>(epsilon2, ofW) / max<f32>(1, ofU / limit));
  for (let i = 0; i < count; i += 4) {
    storeLanes(at(w, i), f32x4.sub(v128.load(at(w, i)), f32x4.mul(factor, v128.load(at(g, i)))), count - i);
  }
}

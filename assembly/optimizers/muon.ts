// Muon (Jordan et al., 2024) as Keras 3 has it, on a weight of rows * n numbers. Its direction is made orthogonal by Newton-Schulz steps on
// x, the k * r matrix with k >= r: the direction, or its transpose where n > rows. Pieces of a step share no output, so that threads may
// take them in any order. Nothing is done in steps that only gather.

import { product } from "../lib/product";
import { at, flush, storeLanes } from "../lib/simd";
import { sumSquares } from "../lib/squares";
import { gathers, learningRate } from "../lib/step";
import { outer4x8 } from "../lib/tile";

/**
 * m += g + m (momentum - 1); g = g + momentum m with nesterov, else m; x = g / (|g| + 1e-7). That of the weight stands in the slot from
 * number `first` on; g is used up.
 */
export function muonDirection(
  x: usize, g: usize, slot: usize, step: usize, first: i32, rows: i32, n: i32, momentum: f32, nesterov: i32,
): void {
  if (gathers(step)) return;
  const m = at(slot, first), count = rows * n;
  const keep = f32x4.splat(momentum), less = f32x4.splat(momentum - 1);
  for (let i = 0; i < count; i += 4) {
    const gradient = v128.load(at(g, i)), old = v128.load(at(m, i));
    const mean = flush(f32x4.add(old, f32x4.add(gradient, f32x4.mul(old, less))));
    storeLanes(at(m, i), mean, count - i);
    storeLanes(at(g, i), nesterov ? f32x4.add(gradient, f32x4.mul(keep, mean)) : mean, count - i);
  }
  const norm = <f32>sqrt<f64>(sumSquares(g, count)) + <f32>1e-7;
  if (rows >= n) {
    const norms = f32x4.splat(norm);
    for (let i = 0; i < count; i += 4) storeLanes(at(x, i), f32x4.div(v128.load(at(g, i)), norms), count - i);
  } else {
    for (let i = 0; i < rows; ++i) {
      for (let j = 0; j < n; ++j) store<f32>(at(x, j * rows + i), load<f32>(at(g, i * n + j)) / norm);
    }
  }
}

/** Rows begin .. end of x^T x, which is (r, r). */
export function muonGram(gram: usize, x: usize, step: usize, k: i32, r: i32, begin: i32, end: i32): void {
  if (gathers(step)) return;
  const stride = (<usize>r) << 2;
  memory.fill(at(gram, begin * r), 0, (<usize>(end - begin) * r) << 2);
  for (let i = begin; i < end; i += 4) {
    for (let j = 0; j < r; j += 8) {
      outer4x8(at(gram, i * r + j), stride, end - i, r - j, at(x, i), stride, at(x, j), stride, k);
    }
  }
}

/** Rows begin .. end of a I + b gram + c gram gram, in panels (see core/panels.ts). gram is symmetric. */
export function muonPolynomial(
  panels: usize, gram: usize, step: usize, r: i32, begin: i32, end: i32, a: f32, b: f32, c: f32,
): void {
  if (gathers(step)) return;
  const stride = (<usize>r) << 2;
  for (let j = 0; j < r; j += 8) {
    const panel = at(panels, j * r);
    memory.fill(at(panel, 8 * begin), 0, (<usize>(end - begin)) << 5);
    for (let i = begin; i < end; i += 4) {
      outer4x8(at(panel, 8 * i), 32, end - i, r - j, at(gram, i), stride, at(gram, j), stride, r);
    }
    for (let i = begin; i < end; ++i) {
      for (let o = 0; o < min(r - j, 8); ++o) {
        const p = at(panel, 8 * i + o);
        const sum = b * load<f32>(at(gram, i * r + j + o)) + c * load<f32>(p);
        store<f32>(p, i == j + o ? a + sum : sum);
      }
    }
  }
}

/** Rows begin .. end of y = x p, with p in panels. scratch: 4 * (r + 3) floats. */
export function muonProduct(
  y: usize, x: usize, panels: usize, scratch: usize, step: usize, r: i32, begin: i32, end: i32,
): void {
  if (gathers(step)) return;
  product(at(y, begin * r), at(x, begin * r), panels, 0, scratch, end - begin, r, r);
}

/** w -= lr * factor * x, or its transpose where n > rows. */
export function muonUpdate(w: usize, x: usize, step: usize, rows: i32, n: i32, factor: f32): void {
  if (gathers(step)) return;
  const rate = learningRate(step);
  if (rows >= n) {
    const rates = f32x4.splat(rate), factors = f32x4.splat(factor);
    for (let i = 0; i < rows * n; i += 4) {
      const change = f32x4.mul(f32x4.mul(rates, v128.load(at(x, i))), factors);
      storeLanes(at(w, i), f32x4.sub(v128.load(at(w, i)), change), rows * n - i);
    }
  } else {
    for (let i = 0; i < rows; ++i) {
      for (let j = 0; j < n; ++j) {
        const p = at(w, i * n + j);
        store<f32>(p, load<f32>(p) - rate * load<f32>(at(x, j * rows + i)) * factor);
      }
    }
  }
}

// What all optimizers have in common, before their update and after it. Factors lie in lines: one for each 16 parameters (weights
// begin at multiples of 16), so that each weight can have its own.

import { at, flush } from "../lib/simd";
import { sumSquares } from "../lib/squares";
import { gathers, learningRate, scalar } from "../lib/step";

/** Where the step block has the momentum of the averages, and whether they are written into the weights. */
// @ts-ignore: decorator
@inline
const AVERAGE_MOMENTUM: i32 = 1;
// @ts-ignore: decorator
@inline
const OVERWRITES: i32 = 2;

/** In a step that only gathers: sum = g + sum. Else g = (g + sum) / steps; sum = 0. */
export function updateGather(begin: i32, end: i32, g: usize, sum: usize, step: usize, steps: f32): void {
  const count = f32x4.splat(steps);
  const gathersOnly = gathers(step);
  for (let i = begin; i < end; i += 4) {
    const all = f32x4.add(v128.load(at(g, i)), v128.load(at(sum, i)));
    if (!gathersOnly) v128.store(at(g, i), f32x4.div(all, count));
    v128.store(at(sum, i), gathersOnly ? all : f32x4.splat(0));
  }
}

/** The factor that brings the norm of a gradient of `count` numbers to at most `limit`, in each of its lines from `first` on. */
export function updateNormLines(lines: usize, first: i32, g: usize, count: i32, limit: f32): void {
  const norm = <f32>sqrt<f64>(sumSquares(g, count));
  updateFillLines(lines, first, count, limit / max<f32>(norm, limit));
}

/** The same factor in all lines of a weight of `count` numbers, from line `first` on. */
export function updateFillLines(lines: usize, first: i32, count: i32, factor: f32): void {
  for (let i = 0; i < (count + 15) >> 4; ++i) store<f32>(at(lines, first + i), factor);
}

/** sums[block] = sum of the squares of g's block; a block is 2^shift parameters. */
export function updateSquares(begin: i32, end: i32, g: usize, sums: usize, shift: i32): void {
  store<f64>(sums + ((<usize>begin >> shift) << 3), sumSquares(at(g, begin), end - begin));
}

/** The factor that brings the norm of all gradients to at most `limit`; the sums of `blocks` blocks are added in order. */
export function updateGlobalFactor(factor: usize, sums: usize, blocks: i32, limit: f32): void {
  let sum: f64 = 0;
  for (let i = 0; i < blocks; ++i) sum += load<f64>(sums + ((<usize>i) << 3));
  store<f32>(factor, limit * min<f32>(1 / <f32>sqrt<f64>(sum), 1 / limit));
}

/** g *= factor */
export function updateScale(begin: i32, end: i32, g: usize, factor: usize): void {
  const factors = v128.load32_splat(factor);
  for (let i = begin; i < end; i += 4) v128.store(at(g, i), f32x4.mul(v128.load(at(g, i)), factors));
}

/** g *= the factor of its line; begin is a multiple of 16. */
export function updateScaleLines(begin: i32, end: i32, g: usize, lines: usize): void {
  for (let i = begin; i < end; i += 4) {
    v128.store(at(g, i), f32x4.mul(v128.load(at(g, i)), v128.load32_splat(at(lines, i >> 4))));
  }
}

/** Brings g to [-limit, limit]. */
export function updateClip(begin: i32, end: i32, g: usize, limit: f32): void {
  const most = f32x4.splat(limit), least = f32x4.splat(-limit);
  for (let i = begin; i < end; i += 4) v128.store(at(g, i), f32x4.max(f32x4.min(v128.load(at(g, i)), most), least));
}

/** w -= w * decay * learning rate, where the line of w has 1 and not 0; `lines` may be null for 1. */
export function updateDecay(begin: i32, end: i32, w: usize, lines: usize, step: usize, decay: f32): void {
  if (gathers(step)) return;
  const decays = f32x4.splat(decay), rate = f32x4.splat(learningRate(step));
  for (let i = begin; i < end; i += 4) {
    const value = v128.load(at(w, i));
    let change = f32x4.mul(f32x4.mul(value, decays), rate);
    if (lines) change = f32x4.mul(change, v128.load32_splat(at(lines, i >> 4)));
    v128.store(at(w, i), f32x4.sub(value, change));
  }
}

/** average = momentum average + (1 - momentum) w; then w = average where the step says so. */
export function updateAverage(begin: i32, end: i32, w: usize, average: usize, step: usize): void {
  const momentum = scalar(step, AVERAGE_MOMENTUM);
  const keep = f32x4.splat(momentum), take = f32x4.splat(1 - momentum);
  const overwrites = scalar(step, OVERWRITES) != 0;
  for (let i = begin; i < end; i += 4) {
    const mean = flush(f32x4.add(f32x4.mul(keep, v128.load(at(average, i))), f32x4.mul(take, v128.load(at(w, i)))));
    v128.store(at(average, i), mean);
    if (overwrites) v128.store(at(w, i), mean);
  }
}

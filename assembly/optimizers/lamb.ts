import { at, flush } from "../lib/simd";
import { sumSquares } from "../lib/squares";
import { gathers, learningRate, OWN, scalar } from "../lib/step";

/**
 * Lamb's direction over the elements begin .. end (multiples of 4): m += (g - m)(1 - beta1);  v += (g^2 - v)(1 - beta2);
 * g = (m / (1 - beta1^t)) / (sqrt(v / (1 - beta2^t)) + epsilon). 1 - beta1^t and 1 - beta2^t are the step's numbers.
 */
export function lambDirection(
  begin: i32, end: i32, g: usize, m: usize, v: usize, step: usize,
  oneMinusBeta1: f32, oneMinusBeta2: f32, epsilon: f32,
): void {
  if (gathers(step)) return;
  const correction1 = f32x4.splat(scalar(step, OWN)), correction2 = f32x4.splat(scalar(step, OWN + 1));
  const take1 = f32x4.splat(oneMinusBeta1), take2 = f32x4.splat(oneMinusBeta2), epsilons = f32x4.splat(epsilon);
  for (let i = begin; i < end; i += 4) {
    const gradient = v128.load(at(g, i));
    let mean = v128.load(at(m, i)), square = v128.load(at(v, i));
    mean = flush(f32x4.add(mean, f32x4.mul(f32x4.sub(gradient, mean), take1)));
    square = flush(f32x4.add(square, f32x4.mul(f32x4.sub(f32x4.mul(gradient, gradient), square), take2)));
    v128.store(at(m, i), mean);
    v128.store(at(v, i), square);
    const root = f32x4.add(f32x4.sqrt(f32x4.div(square, correction2)), epsilons);
    v128.store(at(g, i), f32x4.div(f32x4.div(mean, correction1), root));
  }
}

/** In each line of 16 of a weight of `count` numbers, from line `first` on: |w| / |direction|, or 1 where one of them is 0. */
export function lambRatio(lines: usize, first: i32, w: usize, direction: usize, count: i32): void {
  const a = <f32>sqrt<f64>(sumSquares(w, count)), b = <f32>sqrt<f64>(sumSquares(direction, count));
  const ratio: f32 = a > 0 && b > 0 ? a / b : 1;
  for (let i = 0; i < (count + 15) >> 4; ++i) store<f32>(at(lines, first + i), ratio);
}

/** w -= ratio of its line * lr * direction */
export function lambUpdate(begin: i32, end: i32, w: usize, direction: usize, lines: usize, step: usize): void {
  if (gathers(step)) return;
  const rate = f32x4.splat(learningRate(step));
  for (let i = begin; i < end; i += 4) {
    const factor = f32x4.mul(v128.load32_splat(at(lines, i >> 4)), rate);
    v128.store(at(w, i), f32x4.sub(v128.load(at(w, i)), f32x4.mul(factor, v128.load(at(direction, i)))));
  }
}

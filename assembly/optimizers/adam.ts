import { at, flush } from "../lib/simd";
import { gathers, OWN, scalar } from "../lib/step";

/** Four elements from i on; `h` null: without the greatest squares. */
// @ts-ignore: decorator
@inline
function update4(
  i: i32, w: usize, g: usize, m: usize, v: usize, h: usize, alpha: v128, take1: v128, take2: v128, epsilon: v128,
): void {
  const gradient = v128.load(at(g, i));
  let mean = v128.load(at(m, i)), square = v128.load(at(v, i));
  mean = flush(f32x4.add(mean, f32x4.mul(f32x4.sub(gradient, mean), take1)));
  square = f32x4.add(square, f32x4.mul(f32x4.sub(f32x4.mul(gradient, gradient), square), take2));
  // As flush; squares are never negative.
  square = v128.andnot(square, f32x4.lt(square, f32x4.splat(1e-30)));
  v128.store(at(m, i), mean);
  v128.store(at(v, i), square);
  if (h) {
    square = f32x4.max(v128.load(at(h, i)), square);
    v128.store(at(h, i), square);
  }
  const change = f32x4.div(f32x4.mul(mean, alpha), f32x4.add(f32x4.sqrt(square), epsilon));
  v128.store(at(w, i), f32x4.sub(v128.load(at(w, i)), change));
}

/**
 * Adam as in Keras 3, over the elements begin .. end (multiples of 4):
 *   m += (g - m)(1 - beta1);  v += (g^2 - v)(1 - beta2);  h = max(h, v);  w -= alpha m / (sqrt(h) + epsilon)
 * alpha = lr sqrt(1 - beta2^t) / (1 - beta1^t) is the step's first number. `h` (amsgrad) may be null: then h = v.
 */
export function adamUpdate(
  begin: i32, end: i32, w: usize, g: usize, m: usize, v: usize, h: usize, step: usize,
  oneMinusBeta1: f32, oneMinusBeta2: f32, epsilon: f32,
): void {
  if (gathers(step)) return;
  const alpha = f32x4.splat(scalar(step, OWN));
  const take1 = f32x4.splat(oneMinusBeta1), take2 = f32x4.splat(oneMinusBeta2), epsilons = f32x4.splat(epsilon);
  if (h) {
    for (let i = begin; i < end; i += 4) update4(i, w, g, m, v, h, alpha, take1, take2, epsilons);
    return;
  }
  let i = begin;
  // Two at a time: one's root and division take as long as the loads and stores of the other.
  for (; i + 8 <= end; i += 8) {
    update4(i, w, g, m, v, 0, alpha, take1, take2, epsilons);
    update4(i + 4, w, g, m, v, 0, alpha, take1, take2, epsilons);
  }
  for (; i < end; i += 4) update4(i, w, g, m, v, 0, alpha, take1, take2, epsilons);
}

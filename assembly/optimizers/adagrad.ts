import { at } from "../lib/simd";
import { gathers, learningRate } from "../lib/step";

/** Adagrad over the elements begin .. end (multiples of 4): a += g^2;  w -= lr g / sqrt(a + epsilon). */
export function adagradUpdate(
  begin: i32, end: i32, w: usize, g: usize, a: usize, step: usize, epsilon: f32,
): void {
  if (gathers(step)) return;
  const rate = f32x4.splat(learningRate(step)), epsilons = f32x4.splat(epsilon);
  for (let i = begin; i < end; i += 4) {
    const gradient = v128.load(at(g, i));
    const sum = f32x4.add(v128.load(at(a, i)), f32x4.mul(gradient, gradient));
    v128.store(at(a, i), sum);
    const change = f32x4.div(f32x4.mul(rate, gradient), f32x4.sqrt(f32x4.add(sum, epsilons)));
    v128.store(at(w, i), f32x4.sub(v128.load(at(w, i)), change));
  }
}

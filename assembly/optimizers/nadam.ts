import { at, flush } from "../lib/simd";
import { gathers, learningRate, OWN, scalar } from "../lib/step";

/**
 * Nadam as in Keras 3, over the elements begin .. end (multiples of 4): m += (g - m)(1 - beta1);  v += (g^2 - v)(1 - beta2);
 * w -= lr (u1 m / (1 - p1) + (1 - u) g / (1 - p)) / (sqrt(v / (1 - beta2^t)) + epsilon), where u and u1 are the momenta of this
 * step and of the next, p and p1 their products so far. The step's numbers: u1, 1 - p1, 1 - u, 1 - p, 1 - beta2^t.
 */
export function nadamUpdate(
  begin: i32, end: i32, w: usize, g: usize, m: usize, v: usize, step: usize,
  oneMinusBeta1: f32, oneMinusBeta2: f32, epsilon: f32,
): void {
  if (gathers(step)) return;
  const rate = f32x4.splat(learningRate(step));
  const next = f32x4.splat(scalar(step, OWN)), nextLeft = f32x4.splat(scalar(step, OWN + 1));
  const now = f32x4.splat(scalar(step, OWN + 2)), nowLeft = f32x4.splat(scalar(step, OWN + 3));
  const correction = f32x4.splat(scalar(step, OWN + 4));
  const take1 = f32x4.splat(oneMinusBeta1), take2 = f32x4.splat(oneMinusBeta2), epsilons = f32x4.splat(epsilon);
  for (let i = begin; i < end; i += 4) {
    const gradient = v128.load(at(g, i));
    let mean = v128.load(at(m, i)), square = v128.load(at(v, i));
    mean = flush(f32x4.add(mean, f32x4.mul(f32x4.sub(gradient, mean), take1)));
    square = flush(f32x4.add(square, f32x4.mul(f32x4.sub(f32x4.mul(gradient, gradient), square), take2)));
    v128.store(at(m, i), mean);
    v128.store(at(v, i), square);
    const direction = f32x4.add(
      f32x4.div(f32x4.mul(next, mean), nextLeft),
      f32x4.div(f32x4.mul(now, gradient), nowLeft),
    );
    const root = f32x4.add(f32x4.sqrt(f32x4.div(square, correction)), epsilons);
    v128.store(at(w, i), f32x4.sub(v128.load(at(w, i)), f32x4.div(f32x4.mul(direction, rate), root)));
  }
}

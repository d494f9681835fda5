import { at, flush } from "../lib/simd";
import { gathers, learningRate, OWN, scalar } from "../lib/step";

/**
 * Adamax over the elements begin .. end (multiples of 4): m += (g - m)(1 - beta1);  u = max(beta2 u, |g|);
 * w -= lr m / ((1 - beta1^t)(u + epsilon)). 1 - beta1^t is the step's first number.
 */
export function adamaxUpdate(
  begin: i32, end: i32, w: usize, g: usize, m: usize, u: usize, step: usize,
  oneMinusBeta1: f32, beta2: f32, epsilon: f32,
): void {
  if (gathers(step)) return;
  const rate = f32x4.splat(learningRate(step)), correction = f32x4.splat(scalar(step, OWN));
  const take = f32x4.splat(oneMinusBeta1), keep = f32x4.splat(beta2), epsilons = f32x4.splat(epsilon);
  for (let i = begin; i < end; i += 4) {
    const gradient = v128.load(at(g, i));
    let mean = v128.load(at(m, i));
    mean = flush(f32x4.add(mean, f32x4.mul(f32x4.sub(gradient, mean), take)));
    const norm = flush(f32x4.max(f32x4.mul(keep, v128.load(at(u, i))), f32x4.abs(gradient)));
    v128.store(at(m, i), mean);
    v128.store(at(u, i), norm);
    const change = f32x4.div(f32x4.mul(rate, mean), f32x4.mul(correction, f32x4.add(norm, epsilons)));
    v128.store(at(w, i), f32x4.sub(v128.load(at(w, i)), change));
  }
}

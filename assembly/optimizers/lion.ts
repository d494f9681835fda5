import { at, flush } from "../lib/simd";
import { gathers, learningRate } from "../lib/step";

/** Lion over the elements begin .. end (multiples of 4): w -= lr sign(beta1 m + (1 - beta1) g);  m = beta2 m + (1 - beta2) g. */
export function lionUpdate(
  begin: i32, end: i32, w: usize, g: usize, m: usize, step: usize, beta1: f32, beta2: f32,
): void {
  if (gathers(step)) return;
  const rate = f32x4.splat(learningRate(step)), zero = f32x4.splat(0);
  const keep1 = f32x4.splat(beta1), take1 = f32x4.splat(1 - beta1);
  const keep2 = f32x4.splat(beta2), take2 = f32x4.splat(1 - beta2);
  for (let i = begin; i < end; i += 4) {
    const gradient = v128.load(at(g, i)), mean = v128.load(at(m, i));
    const direction = f32x4.add(f32x4.mul(mean, keep1), f32x4.mul(gradient, take1));
    // The learning rate with the sign of the direction; nothing where that is 0.
    const signed = v128.or(v128.and(direction, f32x4.splat(-0.0)), rate);
    const change = v128.andnot(signed, f32x4.eq(direction, zero));
    v128.store(at(w, i), f32x4.sub(v128.load(at(w, i)), change));
    v128.store(at(m, i), flush(f32x4.add(f32x4.mul(mean, keep2), f32x4.mul(gradient, take2))));
  }
}

import { at, flush } from "../lib/simd";
import { gathers, learningRate } from "../lib/step";

/**
 * RMSprop as in Keras 3, epsilon inside the root, over the elements begin .. end (multiples of 4):
 *   v = rho v + (1 - rho) g^2;  a = rho a + (1 - rho) g
 *   u = lr g / sqrt(v - a^2 + epsilon);  m = momentum m + u;  w = w - m
 * `a` (centered) and `m` (momentum) may be null: then a = 0, m = u.
 */
export function rmspropUpdate(
  begin: i32,
  end: i32,
  w: usize,
  g: usize,
  v: usize,
  m: usize,
  a: usize,
  step: usize,
  rho: f32,
  oneMinusRho: f32,
  momentum: f32,
  epsilon: f32,
): void {
  if (gathers(step)) return;
  const rate = f32x4.splat(learningRate(step));
  const keep = f32x4.splat(rho),
    take = f32x4.splat(oneMinusRho);
  for (let i = begin; i < end; i += 4) {
    const gradient = v128.load(at(g, i));
    const square = flush(
      f32x4.add(f32x4.mul(keep, v128.load(at(v, i))), f32x4.mul(take, f32x4.mul(gradient, gradient))),
    );
    v128.store(at(v, i), square);
    let denominator = f32x4.add(square, f32x4.splat(epsilon));
    if (a) {
      const mean = flush(f32x4.add(f32x4.mul(keep, v128.load(at(a, i))), f32x4.mul(take, gradient)));
      v128.store(at(a, i), mean);
      // Never negative but for rounding, which for a steady gradient comes to more than epsilon.
      const variance = f32x4.pmax(f32x4.sub(square, f32x4.mul(mean, mean)), f32x4.splat(0));
      denominator = f32x4.add(variance, f32x4.splat(epsilon));
    }
    let change = f32x4.div(f32x4.mul(rate, gradient), f32x4.sqrt(denominator));
    if (m) {
      change = flush(f32x4.add(f32x4.mul(f32x4.splat(momentum), v128.load(at(m, i))), change));
      v128.store(at(m, i), change);
    }
    v128.store(at(w, i), f32x4.sub(v128.load(at(w, i)), change));
  }
}

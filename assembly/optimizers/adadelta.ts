import { at, flush } from "../lib/simd";
import { gathers, learningRate } from "../lib/step";

/**
 * Adadelta over the elements begin .. end (multiples of 4): a = rho a + (1 - rho) g^2;  d = -g sqrt(b + epsilon) / sqrt(a + epsilon);
 * b = rho b + (1 - rho) d^2;  w += lr d.
 */
export function adadeltaUpdate(
  begin: i32, end: i32, w: usize, g: usize, a: usize, b: usize, step: usize,
  rho: f32, oneMinusRho: f32, epsilon: f32,
): void {
  if (gathers(step)) return;
  const rate = f32x4.splat(learningRate(step)), epsilons = f32x4.splat(epsilon);
  const keep = f32x4.splat(rho), take = f32x4.splat(oneMinusRho);
  for (let i = begin; i < end; i += 4) {
    const gradient = v128.load(at(g, i)), changes = v128.load(at(b, i));
    const squares = flush(f32x4.add(f32x4.mul(keep, v128.load(at(a, i))), f32x4.mul(take, f32x4.mul(gradient, gradient))));
    const root = f32x4.sqrt(f32x4.add(squares, epsilons));
    const change = f32x4.neg(f32x4.div(f32x4.mul(f32x4.sqrt(f32x4.add(changes, epsilons)), gradient), root));
    v128.store(at(a, i), squares);
    v128.store(at(b, i), flush(f32x4.add(f32x4.mul(keep, changes), f32x4.mul(take, f32x4.mul(change, change)))));
    v128.store(at(w, i), f32x4.add(v128.load(at(w, i)), f32x4.mul(rate, change)));
  }
}

import { exp4, log4 } from "../lib/math";
import { at } from "../lib/simd";
import { gathers, learningRate } from "../lib/step";

/** x^power; 0 stays 0. */
// @ts-ignore: decorator
@inline
function raise(x: v128, power: f32): v128 {
  if (power == 0.5) return f32x4.sqrt(x);
  return exp4(f32x4.mul(f32x4.splat(power), log4(x)));
}

/**
 * Follow the regularized leader as in Keras 3, over the elements begin .. end (multiples of 4):
 *   b = a + g^2;  z += g + 2 shrinkage w - (b^power - a^power) / lr w;  q = b^power / lr + 2 (l2 + beta / (2 lr));
 *   w = (clip(z, -l1, l1) - z) / q;  a = b
 */
export function ftrlUpdate(
  begin: i32, end: i32, w: usize, g: usize, a: usize, z: usize, step: usize,
  power: f32, l1: f32, l2: f32, shrinkage: f32, beta: f32,
): void {
  if (gathers(step)) return;
  const lr = learningRate(step);
  const rate = f32x4.splat(lr), twiceL2 = f32x4.splat(2 * (l2 + beta / (2 * lr)));
  const shrink = f32x4.splat(2 * shrinkage), most = f32x4.splat(l1), least = f32x4.splat(-l1);
  for (let i = begin; i < end; i += 4) {
    const gradient = v128.load(at(g, i)), value = v128.load(at(w, i)), before = v128.load(at(a, i));
    const after = f32x4.add(before, f32x4.mul(gradient, gradient));
    const raised = raise(after, power);
    const slope = f32x4.div(f32x4.sub(raised, raise(before, power)), rate);
    const used = f32x4.add(gradient, f32x4.mul(shrink, value));
    const linear = f32x4.add(v128.load(at(z, i)), f32x4.sub(used, f32x4.mul(slope, value)));
    const quadratic = f32x4.add(f32x4.div(raised, rate), twiceL2);
    const clipped = f32x4.max(f32x4.min(linear, most), least);
    v128.store(at(a, i), after);
    v128.store(at(z, i), linear);
    v128.store(at(w, i), f32x4.div(f32x4.sub(clipped, linear), quadratic));
  }
}

import { at, flush } from "../lib/simd";
import { gathers, learningRate } from "../lib/step";

/**
 * Gradient descent over the elements begin .. end (multiples of 4): w -= lr g. With momentum (m not null): m = momentum m - lr g and
 * w += m, or Nesterov's w += momentum m - lr g.
 */
export function sgdUpdate(
  begin: i32, end: i32, w: usize, g: usize, m: usize, step: usize, momentum: f32, nesterov: i32,
): void {
  if (gathers(step)) return;
  const rate = f32x4.splat(learningRate(step)), keep = f32x4.splat(momentum);
  for (let i = begin; i < end; i += 4) {
    const change = f32x4.mul(v128.load(at(g, i)), rate);
    const value = v128.load(at(w, i));
    if (!m) {
      v128.store(at(w, i), f32x4.sub(value, change));
      continue;
    }
    let move = flush(f32x4.sub(f32x4.mul(v128.load(at(m, i)), keep), change));
    v128.store(at(m, i), move);
    if (nesterov) move = f32x4.sub(f32x4.mul(move, keep), change);
    v128.store(at(w, i), f32x4.add(value, move));
  }
}

import { at } from "../lib/simd";

// @ts-ignore: decorator
@inline
function argmax(p: usize, n: i32): i32 {
  let best = 0;
  for (let i = 1; i < n; ++i) if (load<f32>(at(p, i)) > load<f32>(at(p, best))) best = i;
  return best;
}

/** hit[s] = 1 where the first greatest of y is the first greatest of t, else 0; n classes. */
export function accuracyCategorical(samples: i32, hit: usize, y: usize, t: usize, n: i32): void {
  for (let s = 0; s < samples; ++s) {
    store<f32>(at(hit, s), argmax(at(y, s * n), n) == argmax(at(t, s * n), n) ? 1 : 0);
  }
}

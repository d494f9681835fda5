import { at, storeLanes } from "../lib/simd";

/**
 * y[o,k,i] = a[o,k,i] b[o,i]; a is (samples * outer, repeat, inner), b (samples * outer, inner). Without repetition: outer and
 * repeat 1.
 */
export function multiplyForward(
  samples: i32, y: usize, a: usize, b: usize, outer: i32, repeat: i32, inner: i32,
): void {
  for (let o = 0; o < samples * outer; ++o) {
    if (inner == 1) {
      const v = v128.load32_splat(b);
      for (let k = 0; k < repeat; k += 4) storeLanes(at(y, k), f32x4.mul(v128.load(at(a, k)), v), repeat - k);
      y = at(y, repeat);
      a = at(a, repeat);
    } else {
      for (let k = 0; k < repeat; ++k) {
        let i = 0;
        for (; i + 8 <= inner; i += 8) {
          const a0 = v128.load(at(a, i)), a1 = v128.load(at(a, i), 16);
          const b0 = v128.load(at(b, i)), b1 = v128.load(at(b, i), 16);
          v128.store(at(y, i), f32x4.mul(a0, b0));
          v128.store(at(y, i), f32x4.mul(a1, b1), 16);
        }
        for (; i < inner; i += 4) {
          storeLanes(at(y, i), f32x4.mul(v128.load(at(a, i)), v128.load(at(b, i))), inner - i);
        }
        y = at(y, inner);
        a = at(a, inner);
      }
    }
    b = at(b, inner);
  }
}

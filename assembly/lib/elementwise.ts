// What elementwise kernels share: the walk over the elements. A function of one variable is a class without instances,
// `changetype<F>(0)`, whose methods are inlined: value(v, a, b, c) = f(v) and slope(v, a, b, c) = f'(x), with up to three
// attributes. Pairs of vectors, so that an engine may make wider ones of them.

import { at, storeLanes } from "./simd";

/** y = f(x) for `count` elements */
// @ts-ignore: decorator
@inline
export function forward<F>(count: i32, y: usize, x: usize, a: f32 = 0, b: f32 = 0, c: f32 = 0): void {
  const f = changetype<F>(0), va = f32x4.splat(a), vb = f32x4.splat(b), vc = f32x4.splat(c);
  let i = 0;
  for (; i + 8 <= count; i += 8) {
    const x0 = v128.load(at(x, i)), x1 = v128.load(at(x, i), 16);
    v128.store(at(y, i), f.value(x0, va, vb, vc));
    v128.store(at(y, i), f.value(x1, va, vb, vc), 16);
  }
  for (; i < count; i += 4) storeLanes(at(y, i), f.value(v128.load(at(x, i)), va, vb, vc), count - i);
}

/** dx = dy f'(x) for `count` elements; `v` is what the slope is taken from, x or y */
// @ts-ignore: decorator
@inline
export function backward<F>(count: i32, dx: usize, dy: usize, v: usize, a: f32 = 0, b: f32 = 0, c: f32 = 0): void {
  const f = changetype<F>(0), va = f32x4.splat(a), vb = f32x4.splat(b), vc = f32x4.splat(c);
  let i = 0;
  for (; i + 8 <= count; i += 8) {
    const v0 = v128.load(at(v, i)), v1 = v128.load(at(v, i), 16);
    const dy0 = v128.load(at(dy, i)), dy1 = v128.load(at(dy, i), 16);
    v128.store(at(dx, i), f32x4.mul(dy0, f.slope(v0, va, vb, vc)));
    v128.store(at(dx, i), f32x4.mul(dy1, f.slope(v1, va, vb, vc)), 16);
  }
  for (; i < count; i += 4) {
    const slope = f.slope(v128.load(at(v, i)), va, vb, vc);
    storeLanes(at(dx, i), f32x4.mul(v128.load(at(dy, i)), slope), count - i);
  }
}

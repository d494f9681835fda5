import { at, storeLanes } from "../lib/simd";

/** db[c] += sum over all rows of dy[r,c]; dy is (samples * rows, n). */
export function biasBackwardAdd(samples: i32, db: usize, dy: usize, rows: i32, n: i32): void {
  const m = samples * rows;
  const stride = (<usize>n) << 2;
  for (let c = 0; c < n; c += 16) {
    let s0 = f32x4.splat(0),
      s1 = s0,
      s2 = s0,
      s3 = s0;
    let p = at(dy, c);
    for (let r = 0; r < m; ++r) {
      s0 = f32x4.add(s0, v128.load(p));
      s1 = f32x4.add(s1, v128.load(p, 16));
      s2 = f32x4.add(s2, v128.load(p, 32));
      s3 = f32x4.add(s3, v128.load(p, 48));
      p += stride;
    }
    const q = at(db, c);
    storeLanes(q, f32x4.add(v128.load(q), s0), n - c);
    storeLanes(q + 16, f32x4.add(v128.load(q, 16), s1), n - c - 4);
    storeLanes(q + 32, f32x4.add(v128.load(q, 32), s2), n - c - 8);
    storeLanes(q + 48, f32x4.add(v128.load(q, 48), s3), n - c - 12);
  }
}

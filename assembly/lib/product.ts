// A matrix product over panels (see dense/gemm.ts), as kernels of several packs take it in.

import { packQuad } from "./quad";
import { at } from "./simd";
import { fourRows, leftRows } from "./tile";

/** c = a b + bias: a is (m, k), b is (k, n) in panels, bias is (n) or null. scratch: 4 * (k + 3) floats. */
export function product(
  c: usize, a: usize, panels: usize, bias: usize, scratch: usize, m: i32, k: i32, n: i32,
): void {
  let i = 0;
  for (; i + 4 <= m; i += 4) {
    const a0 = at(a, i * k), a1 = at(a0, k), a2 = at(a1, k), a3 = at(a2, k);
    packQuad(scratch, a0, a1, a2, a3, 1, k, 0);
    fourRows(at(c, i * n), scratch, panels, bias, k, n);
  }
  if (i < m) leftRows(at(c, i * n), at(a, i * k), m - i, panels, bias, k, n);
}

/*
 * The two matrix products the layers are made of. Matrices are row-major Float64Arrays: JavaScript calculates in
 * doubles, and a Float32Array would be converted again at every load (15 to 20 % slower, measured on Node 20 and 24).
 */

/**
 * c[m x n] = a[m x k] b[n x k]^T + bias[n]
 *
 * Both operands are read along their rows. Tiles of 2x4 sums in locals do 8 multiply-adds for 6 loads; of the tiles
 * up to 4x4 none was faster. At an edge the missing rows are the last row again.
 */
export function gemmTransposed(
  c: Float64Array,
  a: Float64Array,
  b: Float64Array,
  bias: Float64Array,
  m: number,
  n: number,
  k: number,
): void {
  for (let i0 = 0; i0 < m; i0 += 2) {
    const i1 = Math.min(i0 + 1, m - 1);
    const a0 = i0 * k;
    const a1 = i1 * k;
    for (let j0 = 0; j0 < n; j0 += 4) {
      const j1 = Math.min(j0 + 1, n - 1);
      const j2 = Math.min(j0 + 2, n - 1);
      const j3 = Math.min(j0 + 3, n - 1);
      const b0 = j0 * k;
      const b1 = j1 * k;
      const b2 = j2 * k;
      const b3 = j3 * k;
      let c00 = bias[j0]!;
      let c01 = bias[j1]!;
      let c02 = bias[j2]!;
      let c03 = bias[j3]!;
      let c10 = c00;
      let c11 = c01;
      let c12 = c02;
      let c13 = c03;
      for (let p = 0; p < k; p++) {
        const x0 = a[a0 + p]!;
        const x1 = a[a1 + p]!;
        const y0 = b[b0 + p]!;
        const y1 = b[b1 + p]!;
        const y2 = b[b2 + p]!;
        const y3 = b[b3 + p]!;
        c00 += x0 * y0;
        c01 += x0 * y1;
        c02 += x0 * y2;
        c03 += x0 * y3;
        c10 += x1 * y0;
        c11 += x1 * y1;
        c12 += x1 * y2;
        c13 += x1 * y3;
      }
      c[i0 * n + j0] = c00;
      c[i0 * n + j1] = c01;
      c[i0 * n + j2] = c02;
      c[i0 * n + j3] = c03;
      c[i1 * n + j0] = c10;
      c[i1 * n + j1] = c11;
      c[i1 * n + j2] = c12;
      c[i1 * n + j3] = c13;
    }
  }
}

/**
 * c[m x n] += a[m x k] b[k x n], for an a that is mostly zeros: what comes back through max pooling and relu has at
 * most one non-zero in four. Element (i, p) of a is a[i * rowStride + p * columnStride], so that a^T needs no copy.
 *
 * The non-zeros of a row are listed once, then nine sums at a time stay in locals. n must be a multiple of nine, as the
 * patches of a 3x3 kernel are; nonZeros is room for k numbers.
 */
export function gemmSparseAdd(
  c: Float64Array,
  a: Float64Array,
  rowStride: number,
  columnStride: number,
  b: Float64Array,
  m: number,
  n: number,
  k: number,
  nonZeros: Int32Array,
): void {
  for (let i = 0; i < m; i++) {
    const row = i * rowStride;
    let count = 0;
    for (let p = 0; p < k; p++) if (a[row + p * columnStride] !== 0) nonZeros[count++] = p;
    for (let j = 0; j < n; j += 9) {
      const out = i * n + j;
      let c0 = c[out]!;
      let c1 = c[out + 1]!;
      let c2 = c[out + 2]!;
      let c3 = c[out + 3]!;
      let c4 = c[out + 4]!;
      let c5 = c[out + 5]!;
      let c6 = c[out + 6]!;
      let c7 = c[out + 7]!;
      let c8 = c[out + 8]!;
      for (let q = 0; q < count; q++) {
        const p = nonZeros[q]!;
        const x = a[row + p * columnStride]!;
        const from = p * n + j;
        c0 += x * b[from]!;
        c1 += x * b[from + 1]!;
        c2 += x * b[from + 2]!;
        c3 += x * b[from + 3]!;
        c4 += x * b[from + 4]!;
        c5 += x * b[from + 5]!;
        c6 += x * b[from + 6]!;
        c7 += x * b[from + 7]!;
        c8 += x * b[from + 8]!;
      }
      c[out] = c0;
      c[out + 1] = c1;
      c[out + 2] = c2;
      c[out + 3] = c3;
      c[out + 4] = c4;
      c[out + 5] = c5;
      c[out + 6] = c6;
      c[out + 7] = c7;
      c[out + 8] = c8;
    }
  }
}

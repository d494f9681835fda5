// Four rows of the left-hand side of a product, put together column by column ([k][4]): then all that the tile reads lies in two
// streams. It pays from the first panel on: the tile takes 26 instructions for 64 operations on V8, and 31 where it walks four
// rows, whose addresses have to be computed.

import { storeTurned } from "./simd";

/**
 * quads[j][i] = element j of row i, i < 4. A row is `runs` runs of `run` floats, from one to the next `pitch` bytes.
 * Writes up to 12 floats behind the last quad.
 */
export function packQuad(
  quads: usize, x0: usize, x1: usize, x2: usize, x3: usize, runs: i32, run: i32, pitch: usize,
): void {
  const runBytes = (<usize>run) << 2;
  for (let r = 0; r < runs; ++r) {
    // In whole vectors: what the last one of a run takes too much, the next run writes over.
    let q = quads;
    for (let o: usize = 0; o < runBytes; o += 16) {
      storeTurned(q, 16, 4, v128.load(x0 + o), v128.load(x1 + o), v128.load(x2 + o), v128.load(x3 + o));
      q += 64;
    }
    quads += runBytes << 2;
    x0 += pitch;
    x1 += pitch;
    x2 += pitch;
    x3 += pitch;
  }
}

/** row[j] = element j of a row that comes in runs. Writes up to 3 floats behind it. */
export function packRow(row: usize, x: usize, runs: i32, run: i32, pitch: usize): void {
  const runBytes = (<usize>run) << 2;
  for (let r = 0; r < runs; ++r) {
    for (let o: usize = 0; o < runBytes; o += 16) v128.store(row + o, v128.load(x + o));
    row += runBytes;
    x += pitch;
  }
}

import type { Arena, Block } from "./harness.js";

/** A (k, n) matrix packed for the products: panels of 8 columns. */
export function pack(arena: Arena, b: ArrayLike<number>, k: number, n: number): Block<Float32Array> {
  const panels = arena.output(Math.ceil(n / 8) * 8 * k);
  arena.call("panelsPack", panels, arena.input(b), k, n);
  return panels;
}

/** An (n, k) matrix, transposed and packed. */
export function packTransposed(arena: Arena, b: ArrayLike<number>, k: number, n: number): Block<Float32Array> {
  const panels = arena.output(Math.ceil(n / 8) * 8 * k);
  arena.call("panelsPackTransposed", panels, arena.input(b), k, n);
  return panels;
}

/** Sizes of the axes, outermost first. Shapes of layers are per sample: they leave out the batch axis. */
export type Shape = readonly number[];

/** The number of elements. */
export function sizeOf(shape: Shape): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** `(28, 28, 1)`, or with a batch axis `(None, 28, 28, 1)`. */
export function formatShape(shape: readonly (number | string)[]): string {
  return shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(", ")})`;
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((size, axis) => size === b[axis]);
}

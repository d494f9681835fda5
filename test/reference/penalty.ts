/** l1 sum |w| + l2 sum w^2 */
export function l1l2Forward(w: Float64Array, l1: number, l2: number): number {
  return w.reduce((sum, x) => sum + l1 * Math.abs(x) + l2 * x * x, 0);
}

/** dw = l1 sign(w) + 2 l2 w */
export function l1l2Backward(w: Float64Array, l1: number, l2: number): Float64Array {
  return w.map((x) => l1 * Math.sign(x) + 2 * l2 * x);
}

/** Vectors in a matrix: how many, how long, and the way from one to the next and from number to number. */
export interface Vectors {
  readonly count: number;
  readonly length: number;
  readonly step: number;
  readonly stride: number;
}

/** factor times the mean over all pairs i < j of |u_i . u_j|, u = v / max(|v|, 1e-7). */
export function orthogonalForward(w: Float64Array, vectors: Vectors, factor: number): number {
  const { count, length, step, stride } = vectors;
  const unit = Array.from({ length: count }, (_, i) => {
    const v = Array.from({ length }, (_, k) => w[i * step + k * stride]!);
    const norm = Math.max(Math.hypot(...v), 1e-7);
    return v.map((x) => x / norm);
  });
  let sum = 0;
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < i; j++) sum += Math.abs(unit[i]!.reduce((s, x, k) => s + x * unit[j]![k]!, 0));
  }
  return (factor * sum) / ((count * (count - 1)) / 2);
}

/** Its gradient by central differences, which are exact enough in f64: the formula itself is what the kernel has. */
export function orthogonalBackward(w: Float64Array, vectors: Vectors, factor: number): Float64Array {
  const h = 1e-6;
  const at = (i: number, x: number) => orthogonalForward(w.with(i, x), vectors, factor);
  return w.map((x, i) => (at(i, x + h) - at(i, x - h)) / (2 * h));
}

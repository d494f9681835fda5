import { sizeOf } from "./tensor.js";

/** Keras' compute_fans: (in, out) of a kernel, times the receptive field for (..., in, out); the length of a vector. */
export function computeFans(shape: readonly number[]): { fanIn: number; fanOut: number } {
  const receptiveField = sizeOf(shape.slice(0, -2));
  const fanOut = shape.at(-1) ?? 1;
  const fanIn = shape.at(-2) ?? fanOut;
  return { fanIn: fanIn * receptiveField, fanOut: fanOut * receptiveField };
}

/** sqrt(6 / (fanIn + fanOut)): Glorot's uniform initializer draws from [-limit, limit). */
export function glorotUniformLimit(shape: readonly number[]): number {
  const { fanIn, fanOut } = computeFans(shape);
  return Math.sqrt(6 / (fanIn + fanOut));
}

import { type Shape, sizeOf } from "../engine/program/shape.js";

/** As Keras' compute_fans: the last two axes are in and out, the others the receptive field. */
export function fans(shape: Shape): { fanIn: number; fanOut: number } {
  if (shape.length < 2) return { fanIn: shape[0] ?? 1, fanOut: shape[0] ?? 1 };
  const field = sizeOf(shape.slice(0, -2));
  return { fanIn: field * shape.at(-2)!, fanOut: field * shape.at(-1)! };
}

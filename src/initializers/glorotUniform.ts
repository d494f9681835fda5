import { type Shape, sizeOf } from "../engine/shape.js";
import type { Initializer, WeightFiller } from "../engine/weight.js";

/** Uniform in [-limit, limit), limit = sqrt(6 / (fanIn + fanOut)) (Glorot and Bengio, AISTATS 2010). */
export class GlorotUniform implements Initializer {
  readonly className = "GlorotUniform";

  fill(weight: WeightFiller): void {
    const { fanIn, fanOut } = fans(weight.shape);
    const limit = Math.sqrt(6 / (fanIn + fanOut));
    weight.uniform(-limit, limit);
  }
}

/** As Keras' compute_fans: the last two axes are in and out, the others the receptive field. */
export function fans(shape: Shape): { fanIn: number; fanOut: number } {
  if (shape.length < 2) return { fanIn: shape[0] ?? 1, fanOut: shape[0] ?? 1 };
  const field = sizeOf(shape.slice(0, -2));
  return { fanIn: field * shape.at(-2)!, fanOut: field * shape.at(-1)! };
}

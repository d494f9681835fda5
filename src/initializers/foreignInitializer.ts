import type { Initializer, WeightFiller } from "../engine/weight.js";

/**
 * An initializer of Keras or TensorFlow.js that is not among ours: a model from a file keeps it, so that the next file has it too.
 * Its weights are those of the file; it makes none itself.
 */
export class ForeignInitializer implements Initializer {
  constructor(
    readonly className: string,
    readonly given: Readonly<Record<string, unknown>>,
  ) {}

  config(): Record<string, unknown> {
    return { ...this.given };
  }

  /** Zeros, until the weights are set. */
  fill(weight: WeightFiller): void {
    weight.constant(0);
  }
}

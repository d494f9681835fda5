import type { Initializer, WeightFiller } from "../engine/program/weight.js";

/**
 * An initializer of Keras or TensorFlow.js that is not among ours: a model from a file keeps it, so that the next file has it too.
 * Its weights are those of the file; it makes none itself.
 */
export class ForeignInitializer implements Initializer {
  /** As JSON: what goes in and out are copies. */
  readonly #config: string;

  constructor(
    readonly className: string,
    config: Readonly<Record<string, unknown>>,
  ) {
    this.#config = JSON.stringify(config);
  }

  config(): Record<string, unknown> {
    return JSON.parse(this.#config) as Record<string, unknown>;
  }

  /** Zeros, until the weights are set. */
  fill(weight: WeightFiller): void {
    weight.constant(0);
  }
}

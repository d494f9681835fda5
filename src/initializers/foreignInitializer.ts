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

/** An initializer with the seed that its file says of it, kept for the next file. Its numbers come from the model's own seed. */
export class SeededInitializer implements Initializer {
  /** @param seed JSON: a number, or a generator of them */
  constructor(
    readonly made: Initializer & { load?(): Promise<void> },
    readonly seed: unknown,
  ) {}

  get className(): string {
    return this.made.className;
  }

  async load(): Promise<void> {
    await this.made.load?.();
  }

  config(): Record<string, unknown> {
    return { ...this.made.config?.(), seed: structuredClone(this.seed) };
  }

  fill(weight: WeightFiller): void {
    this.made.fill(weight);
  }
}

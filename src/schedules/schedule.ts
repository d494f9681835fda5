import { checkDeclared, type Given, type Options, type Values, writeDeclared } from "../base/options.js";

/** A learning rate for each step. It holds its options only. */
export abstract class Schedule {
  /** As in Keras: `ExponentialDecay`. */
  readonly className: string;
  readonly #declared: Options;

  /** @throws TypeError, RangeError for wrong options */
  constructor(className: string, given: object = {}, declared: Options = {}) {
    const values = checkDeclared(className, declared, given);
    this.className = className;
    this.#declared = declared;
    Object.assign(this, values);
    this.validate();
  }

  /** Checks options that depend on each other. @throws RangeError */
  protected validate(): void {}

  /**
   * The learning rate of a step, with the same bits on every engine.
   * @param step batches trained before it
   */
  abstract at(step: number): number;

  /** What the constructor took, under Keras' names. */
  config(): Record<string, unknown> {
    return writeDeclared(this.#declared, this);
  }

  /** As it stands in the config of an optimizer. */
  serialize(): Record<string, unknown> {
    const { className } = this;
    return {
      module: "keras.optimizers.schedules",
      class_name: className,
      config: this.config(),
      registered_name: null,
    };
  }
}

// biome-ignore lint/complexity/noBannedTypes: whether nothing is required.
type Arguments<O extends Options> = {} extends Given<O> ? [options?: Given<O>] : [options: Given<O>];

/** The base class of a schedule with these options, each of which is written once. @param className as in Keras */
export function defineSchedule<O extends Options>(
  className: string,
  declared: O,
): (abstract new (
  ...args: Arguments<O>
) => Schedule & Values<O>) & { readonly className: string; readonly declared: O } {
  abstract class Defined extends Schedule {
    static readonly className = className;
    static readonly declared = declared;

    constructor(options: object) {
      super(className, options, declared);
    }
  }
  return Defined as never;
}

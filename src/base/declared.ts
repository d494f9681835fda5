import { checkDeclared, type Given, type Options, writeDeclared } from "./options.js";

// biome-ignore lint/complexity/noBannedTypes: whether nothing is required.
export type Arguments<O extends Options> = {} extends Given<O> ? [options?: Given<O>] : [options: Given<O>];

/** An object whose options are declared: it holds them, and nothing else. */
export class Declared {
  /** As in Keras: `HeNormal`. */
  readonly className: string;
  readonly #declared: Options;

  /** @throws TypeError, RangeError for wrong options */
  constructor(className: string, given: object, declared: Options) {
    this.className = className;
    this.#declared = declared;
    Object.assign(this, checkDeclared(className, declared, given));
  }

  /** What the constructor took, under Keras' names. */
  config(): Record<string, unknown> {
    return writeDeclared(this.#declared, this);
  }
}

/** What the constructor of a class takes: `OptionsFor<typeof losses.Huber>`. For layers, losses, metrics, optimizers, schedules and all others. */
// biome-ignore lint/suspicious/noExplicitAny: whatever they are.
export type OptionsFor<C extends abstract new (...args: any[]) => unknown> = NonNullable<ConstructorParameters<C>[0]>;

import { type Arguments, Declared } from "../base/declared.js";
import type { Options, Values } from "../base/options.js";
import type { Initializer, WeightFiller } from "../engine/program/weight.js";

/** An initializer whose options are declared. Its numbers come from the model's seed and the weight's position. */
export abstract class DeclaredInitializer extends Declared implements Initializer {
  /** Fills a weight with its first numbers. */
  abstract fill(weight: WeightFiller): void;
}

/** The base class of an initializer with these options, each of which is written once. @param className as in Keras: `HeNormal` */
export function defineInitializer<O extends Options>(
  className: string,
  declared: O,
): (abstract new (
  ...args: Arguments<O>
) => DeclaredInitializer & Values<O>) & {
  readonly className: string;
  readonly declared: O;
} {
  abstract class Defined extends DeclaredInitializer {
    static readonly className = className;
    static readonly declared = declared;

    constructor(options: object = {}) {
      super(className, options, declared);
    }
  }
  return Defined as never;
}

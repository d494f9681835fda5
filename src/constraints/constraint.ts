import { type Arguments, Declared } from "../base/declared.js";
import type { Options, Values } from "../base/options.js";
import type { ProgramBuilder } from "../engine/program/program.js";
import type { Weight, WeightConstraint } from "../engine/program/weight.js";

/** A constraint whose options are declared. */
export abstract class DeclaredConstraint extends Declared implements WeightConstraint {
  /** Records it in the update phase, after the optimizer. */
  abstract record(program: ProgramBuilder, weight: Weight): void;
}

/** The base class of a constraint with these options, each of which is written once. @param className as in Keras: `MaxNorm` */
export function defineConstraint<O extends Options>(
  className: string,
  declared: O,
): (abstract new (
  ...args: Arguments<O>
) => DeclaredConstraint & Values<O>) & {
  readonly className: string;
  readonly declared: O;
} {
  abstract class Defined extends DeclaredConstraint {
    static readonly className = className;
    static readonly declared = declared;

    constructor(options: object = {}) {
      super(className, options, declared);
    }
  }
  return Defined as never;
}

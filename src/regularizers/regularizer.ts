import { type Arguments, Declared } from "../base/declared.js";
import type { Options, Values } from "../base/options.js";
import type { ProgramBuilder } from "../engine/program/program.js";
import type { Region } from "../engine/program/region.js";
import type { Weight, WeightRegularizer } from "../engine/program/weight.js";

/** A regularizer whose options are declared. */
export abstract class DeclaredRegularizer extends Declared implements WeightRegularizer {
  /** Records the penalty in the prepare phase; gives where it stands. */
  abstract record(program: ProgramBuilder, weight: Weight): Region;
  /** Records what adds its gradient to the summed gradient of the weight. */
  abstract recordGradient(program: ProgramBuilder, weight: Weight): void;
}

/** The base class of a regularizer with these options, each of which is written once. @param className as in Keras: `L2` */
export function defineRegularizer<O extends Options>(
  className: string,
  declared: O,
): (abstract new (
  ...args: Arguments<O>
) => DeclaredRegularizer & Values<O>) & {
  readonly className: string;
  readonly declared: O;
} {
  abstract class Defined extends DeclaredRegularizer {
    static readonly className = className;
    static readonly declared = declared;

    constructor(options: object = {}) {
      super(className, options, declared);
    }
  }
  return Defined as never;
}

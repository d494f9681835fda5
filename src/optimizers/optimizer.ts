import {
  checkDeclared,
  type Given,
  number,
  type Options,
  optional,
  type Values,
  writeDeclared,
} from "../base/options.js";
import { checkNumber } from "../engine/check.js";
import type { ProgramBuilder } from "../engine/program.js";
import { Raw, seeThroughProxies } from "../engine/raw.js";
import type { Region } from "../engine/region.js";
import type { Weight } from "../engine/weight.js";

/** What an optimizer works on: blocks laid out alike, one number for each trainable parameter. */
export interface OptimizerBlocks {
  readonly parameters: Region;
  readonly gradients: Region;
  readonly slots: readonly Region[];
  /** The trainable weights, in the order in which they lie in the blocks. */
  readonly weights: readonly Weight[];
}

/** The greatest 32-bit float. */
const MOST = 3.4028234663852886e38;

/** Holds options only; its slots live in the model's memory. */
export abstract class Optimizer extends Raw {
  /** As in Keras: `RMSprop`. */
  readonly className: string;
  readonly #declared: Options;
  #learningRate = 0;

  /** @throws TypeError, RangeError for wrong options */
  constructor(className: string, given: object = {}, declared: Options = {}) {
    super();
    const { learningRate, ...values } = checkDeclared(className, declared, given) as Record<string, unknown>;
    this.className = className;
    this.#declared = declared;
    Object.assign(this, values);
    this.learningRate = learningRate as number;
  }

  /** Held as a 32-bit float, as in Keras. May be changed between steps. */
  get learningRate(): number {
    return this.#learningRate;
  }

  /** @throws RangeError if it is negative or not finite */
  set learningRate(value: number) {
    this.#learningRate = Math.fround(checkNumber("optimizer.learningRate", value, 0, MOST));
  }

  /** Names of the slots kept for each parameter. */
  abstract readonly slotNames: readonly string[];

  /** Records the update in the update phase. */
  abstract record(program: ProgramBuilder, blocks: OptimizerBlocks): void;

  /** What the constructor took, under Keras' names. */
  config(): Record<string, unknown> {
    return writeDeclared(this.#declared, this);
  }

  /** Brings in what `record` needs, if that is not there at once. */
  load?(): Promise<void>;
}

seeThroughProxies(Optimizer);

/** The option that all optimizers have. @param fallback its default */
export function learningRate(fallback: number) {
  return optional(number(0, MOST), fallback);
}

/** The base class of an optimizer with these options, each of which is written once. @param className as in Keras */
export function defineOptimizer<O extends Options>(
  className: string,
  declared: O,
): (abstract new (
  options?: Given<O>,
) => Optimizer & Omit<Values<O>, "learningRate">) & { readonly className: string; readonly declared: O } {
  abstract class Defined extends Optimizer {
    static readonly className = className;
    static readonly declared = declared;

    constructor(options: object = {}) {
      super(className, options, declared);
    }
  }
  return Defined as never;
}

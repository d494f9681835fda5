import { checkDeclared, type Given, type Options, type Values, writeDeclared } from "../base/options.js";
import type { ProgramBuilder } from "../engine/program.js";
import type { Region } from "../engine/region.js";
import type { Shape } from "../engine/shape.js";

/** What a loss leaves in a program. */
export interface RecordedLoss {
  /** One number a sample, in a batch region: the mean over the positions of the sample, times its weight. */
  readonly values: Region;
  /** Records the gradient of the batch's mean of the values (their sum divided by the samples of the batch), and says of which region. */
  backward(): { region: Region; gradient: Region };
}

/** What training minimises. It holds its options only. */
export abstract class Loss {
  /** As in Keras: `CategoricalCrossentropy`. */
  readonly className: string;
  /** As in Keras: `categorical_crossentropy`. */
  abstract readonly name: string;
  readonly #declared: Options;

  /** @throws TypeError, RangeError for wrong options */
  constructor(className: string, given: object = {}, declared: Options = {}) {
    const values = checkDeclared(className, declared, given);
    this.className = className;
    this.#declared = declared;
    Object.assign(this, values);
  }

  /**
   * Shape of one sample's target for outputs of this shape.
   * @throws RangeError if the loss does not fit such outputs
   */
  abstract targetShape(output: Shape): Shape;

  /**
   * @param output what the model gives, or `output.logits` where it comes from a softmax or sigmoid
   * @param weights one number a sample (a batch region), or 0 for ones
   */
  abstract record(program: ProgramBuilder, output: Region, target: Region, weights: Region | 0): RecordedLoss;

  /** Checks the numbers of a target before anything is computed. @throws RangeError, which `where` begins */
  checkTarget?(where: string, data: ArrayLike<number>): void;

  /** What the constructor took, under Keras' names. */
  config(): Record<string, unknown> {
    return writeDeclared(this.#declared, this);
  }

  /** Brings in what `record` needs, if that is not there at once. */
  load?(): Promise<void>;
}

// biome-ignore lint/complexity/noBannedTypes: whether nothing is required.
type Arguments<O extends Options> = {} extends Given<O> ? [options?: Given<O>] : [options: Given<O>];

/** The base class of a loss with these options, each of which is written once. @param className as in Keras */
export function defineLoss<O extends Options>(
  className: string,
  declared: O,
): (abstract new (...args: Arguments<O>) => Loss & Values<O>) & { readonly className: string; readonly declared: O } {
  abstract class Defined extends Loss {
    static readonly className = className;
    static readonly declared = declared;

    constructor(options: object = {}) {
      super(className, options, declared);
    }
  }
  return Defined as never;
}

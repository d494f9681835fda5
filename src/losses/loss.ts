import {
  boolean,
  checkDeclared,
  choice,
  type Given,
  number,
  type Options,
  optional,
  type Values,
  writeDeclared,
} from "../base/options.js";
import { reduction as reductionPack } from "../engine/kernels/packs/reduction.generated.js";
import type { ProgramBuilder } from "../engine/program/program.js";
import type { Region } from "../engine/program/region.js";
import { type Shape, sizeOf } from "../engine/program/shape.js";

/** What a loss leaves in a program. */
export interface RecordedLoss {
  /** One number a sample, in a batch region: the mean over the positions of the sample, times its weight. */
  readonly values: Region;
  /** Records the gradient of the batch's mean of the values (their sum divided by the samples of the batch), and says of which region. */
  backward(): { region: Region; gradient: Region };
}

/** What all losses have. */
export const SHARED = {
  /**
   * What becomes of the losses of all positions of a batch: `sum_over_batch_size`, or `mean`, is their sum divided by their number;
   * `sum` their sum; `mean_with_sample_weight` their sum divided by that of the sample weights; `none` trains as `sum`, and reports the mean.
   * Default `sum_over_batch_size`.
   */
  reduction: optional(
    choice("sum_over_batch_size", "mean", "sum", "mean_with_sample_weight", "none"),
    "sum_over_batch_size",
  ),
};

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
    this.validate();
  }

  /** Checks options that depend on each other. @throws RangeError */
  protected validate(): void {}

  /** Whether it is a function of the user's, which files hold by its name alone. */
  get isFunction(): boolean {
    return false;
  }

  /** False for one that is known by name and has not been imported yet. */
  get isLoaded(): boolean {
    return true;
  }

  /**
   * Shape of one sample's target for outputs of this shape.
   * @throws RangeError if the loss does not fit such outputs
   */
  abstract targetShape(output: Shape): Shape;

  /** The axes of a sample of which each place may have a weight of its own, for outputs of this shape: one loss each. */
  weightShape(output: Shape): Shape {
    return output.slice(0, -1);
  }

  /**
   * Records the loss of each sample, and returns what records its gradient.
   * @param output what the model gives, or `output.logits` where it comes from a softmax or sigmoid
   * @param weights for each sample one number, or one for each place of the first axes of `weightShape` (a batch region); 0 for ones
   */
  record(program: ProgramBuilder, output: Region, target: Region, weights: Region | 0): RecordedLoss {
    const recorded = this.recordMean(program, output, target, weights);
    const { reduction } = this as Partial<Values<typeof SHARED>>;
    const byWeights = reduction === "mean_with_sample_weight" && weights !== 0;
    if (reduction !== "sum" && reduction !== "none" && !byWeights) return recorded;
    const positions = this.positions(output.shape, weights);
    const reduced = (from: Region, to: Region) => {
      const numbers = [program.step, positions, from.size] as const;
      if (byWeights) {
        const all = [program.allRows(weights), weights.size] as const;
        program.call(reductionPack, "reductionWeighted", to, from, ...all, ...numbers);
      } else program.call(reductionPack, "reductionSum", to, from, ...numbers);
      return to;
    };
    return {
      values: reduction === "none" ? recorded.values : reduced(recorded.values, program.batchRegion([1])),
      backward() {
        const { region, gradient } = recorded.backward();
        return { region, gradient: reduced(gradient, program.region(gradient.shape)) };
      },
    };
  }

  /** Losses of a sample whose mean is taken: one for each place of all axes but the last. */
  protected positions(output: Shape, _weights: Region | 0): number {
    return sizeOf(output.slice(0, -1));
  }

  /** Records it with the mean over samples and positions. */
  protected abstract recordMean(
    program: ProgramBuilder,
    output: Region,
    target: Region,
    weights: Region | 0,
  ): RecordedLoss;

  /** Checks the numbers of a target, for outputs of this shape, before anything is computed. @throws RangeError, which `where` begins */
  checkTarget?(where: string, data: ArrayLike<number>, output: Shape): void;

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
  own: O,
): (abstract new (
  ...args: Arguments<O & typeof SHARED>
) => Loss & Values<O & typeof SHARED>) & { readonly className: string; readonly declared: O & typeof SHARED } {
  const declared = { ...own, ...SHARED };
  abstract class Defined extends Loss {
    static readonly className = className;
    static readonly declared = declared;

    constructor(options: object = {}) {
      super(className, options, declared);
    }
  }
  return Defined as never;
}

/** The option of losses whose outputs may be what comes before a softmax or sigmoid. */
export const fromLogits = () => optional(boolean(), false);

/** The option of losses whose targets may be brought nearer to each other: by which part. */
export const labelSmoothing = () => optional(number(0, 1), 0);

import { show } from "../base/check.js";
import { checkDeclared, type Given, type Options, type Values, writeDeclared } from "../base/options.js";
import type { ProgramBuilder } from "../engine/program/program.js";
import type { Region } from "../engine/program/region.js";
import { type Shape, sizeOf } from "../engine/program/shape.js";

/** A number, or several: one for each threshold or class. Those are logged as `name_0`, `name_1` and so on. */
export type MetricResult = number | readonly MetricResult[];

/** What all metrics may be given. */
export interface MetricOptions {
  /** Under which it is logged. Default: Keras' name of its class, `auc`. */
  readonly name?: string | undefined;
}

/** Something to report of the outputs: some sums over the samples, and what follows from them. It holds its options only. */
export abstract class Metric {
  /** As in Keras: `CategoricalAccuracy`. */
  readonly className: string;
  /** As in Keras: `categorical_accuracy`. */
  abstract readonly name: string;
  readonly #declared: Options;
  readonly #ownName: string | undefined;

  /** @throws TypeError, RangeError for wrong options */
  constructor(className: string, { name, ...given }: MetricOptions = {}, declared: Options = {}) {
    const values = checkDeclared(className, declared, given);
    if (name !== undefined) this.#ownName = checkName(`${className}.name`, name);
    this.className = className;
    this.#declared = declared;
    Object.assign(this, values);
    this.validate();
  }

  /** Under which it is logged: its own name, else Keras' of its class. */
  get loggedAs(): string {
    return this.#ownName ?? this.name;
  }

  /** Checks options that depend on each other. @throws RangeError */
  protected validate(): void {}

  /** Whether it is a function of the user's, which files hold by its name alone. */
  get isFunction(): boolean {
    return false;
  }

  /**
   * Shape of one sample's target for outputs of this shape.
   * @throws RangeError if the metric does not fit such outputs
   */
  targetShape(output: Shape): Shape {
    return output;
  }

  /** Whether it can compare outputs with targets of this shape, which the output's loss takes: with as many numbers as it needs. */
  fits(output: Shape, target: Shape): boolean {
    return sizeOf(this.targetShape(output)) === sizeOf(target);
  }

  /** As of a loss. */
  weightShape(output: Shape): Shape {
    return output.slice(0, -1);
  }

  /**
   * Records k numbers a sample, in a batch region of shape (k): what is summed over all samples. k may depend on the shapes.
   * @param weights what its numbers are multiplied by, as of a loss
   */
  abstract record(program: ProgramBuilder, output: Region, target: Region, weights: Region | 0): Region;

  /**
   * The number to report.
   * @param sums the k sums
   * @param count the samples, or the sum of their weights (of several in a sample their mean). Default: the mean of the first sum; 0 without samples
   */
  result(sums: ArrayLike<number>, count: number): MetricResult {
    return count > 0 ? sums[0]! / count : 0;
  }

  /** What the constructor took, under Keras' names. */
  config(): Record<string, unknown> {
    return writeDeclared(this.#declared, this);
  }

  /** Brings in what `record` needs, if that is not there at once. */
  load?(): Promise<void>;
}

function checkName(where: string, name: unknown): string {
  if (typeof name === "string" && name !== "") return name;
  throw new TypeError(`${where}: expected a name, got ${show(name)}`);
}

type Arguments<O extends Options> =
  // biome-ignore lint/complexity/noBannedTypes: whether nothing is required.
  {} extends Given<O> ? [options?: Given<O> & MetricOptions] : [options: Given<O> & MetricOptions];

/** The base class of a metric with these options, each of which is written once. @param className as in Keras */
export function defineMetric<O extends Options>(
  className: string,
  declared: O,
): (abstract new (...args: Arguments<O>) => Metric & Values<O>) & { readonly className: string; readonly declared: O } {
  abstract class Defined extends Metric {
    static readonly className = className;
    static readonly declared = declared;

    constructor(options: MetricOptions = {}) {
      super(className, options, declared);
    }
  }
  return Defined as never;
}

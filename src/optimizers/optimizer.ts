import { checkNumber, show } from "../base/check.js";
import {
  alias,
  boolean,
  checkDeclared,
  type Given,
  integer,
  nullable,
  number,
  type Option,
  type Options,
  optional,
  type Values,
  writeDeclared,
} from "../base/options.js";
import { Raw, seeThroughProxies } from "../base/raw.js";
import type { ProgramBuilder } from "../engine/program/program.js";
import type { Region } from "../engine/program/region.js";
import type { Shape } from "../engine/program/shape.js";
import type { Weight } from "../engine/program/weight.js";
import type { Schedule } from "../schedules/schedule.js";

/** What an optimizer works on: blocks laid out alike, one number for each trainable parameter. */
export interface OptimizerBlocks {
  readonly parameters: Region;
  readonly gradients: Region;
  /** In the order of `slotNames`. */
  readonly slots: readonly Region[];
  /** The trainable weights, in the order in which they lie in the blocks. */
  readonly weights: readonly Weight[];
}

/** What the update of one kind of optimizer works on. */
export interface UpdateBlocks extends OptimizerBlocks {
  /** The slot of this name, or 0 if the options need none. */
  slot(name: string): Region | 0;
}

/** The greatest 32-bit float. */
const MOST = 3.4028234663852886e38;

/** A number, or what gives one for each step: from how many batches have been trained before it. */
export type LearningRate = number | Schedule | ((step: number) => number);

/** What all optimizers can do, as in Keras. */
export const SHARED = {
  /** Each step takes weight * weightDecay * learningRate off each weight, before the update. Default null: none. */
  weightDecay: optional(nullable(number(0)), null),
  /** Greatest norm of the gradient of each weight. Default null: no limit. At most one of the three limits may be given. */
  clipnorm: optional(nullable(number(1e-30)), null),
  /** Greatest absolute value of each number of the gradients. Default null: no limit. */
  clipvalue: optional(nullable(number(1e-30)), null),
  /** Greatest norm of all gradients together. Default null: no limit. */
  globalClipnorm: optional(nullable(number(1e-30)), null),
  /** Whether a moving average of the weights is kept, which the end of `fit` writes into the weights. Default false. */
  useEma: optional(boolean(), false),
  /** How much of the average each step keeps. Default 0.99. */
  emaMomentum: optional(number(0, 1), 0.99),
  /** After how many steps each the weights become their average. Default null: at the end of `fit` only. */
  emaOverwriteFrequency: optional(nullable(integer(1)), null),
  /** Batches whose mean gradient makes one update: 2 or more. Default null: each batch makes one. */
  gradientAccumulationSteps: optional(nullable(integer(2)), null),
  /** Kept for files. Keras multiplies the loss by it and divides the gradients again: in 32-bit floats nothing changes. Default null. */
  lossScaleFactor: optional(nullable(number(1e-30)), null),
};

type Shared = Values<typeof SHARED>;

/** Options that no config of Keras holds. */
export interface Unsaved {
  /**
   * Weights that `weightDecay` leaves alone: those whose name (`bias`) holds one of these texts, or whose path (`dense_1/kernel`) if the
   * text has a `/`. Not part of what files hold, as in Keras. Default: none.
   */
  excludeFromWeightDecay?: readonly string[] | undefined;
}

/** What the constructor of an optimizer takes. */
// biome-ignore lint/suspicious/noExplicitAny: whatever they are.
export type OptimizerOptions<C extends abstract new (...args: any[]) => Optimizer> = NonNullable<
  ConstructorParameters<C>[0]
>;

/** Holds options only; its slots live in the model's memory. */
export abstract class Optimizer extends Raw {
  /** As in Keras: `RMSprop`. */
  readonly className: string;
  readonly excludeFromWeightDecay: readonly string[];
  readonly #declared: Options;
  /** What gives the learning rate of a step, if it is not one number. */
  readonly #schedule: Exclude<LearningRate, number> | undefined;
  #learningRate = 0;
  #around: typeof import("./around.js") | undefined;

  /** @throws TypeError, RangeError for wrong options */
  constructor(className: string, given: object = {}, declared: Options = {}) {
    super();
    const checked = checkDeclared(className, declared, given, ["excludeFromWeightDecay"]);
    const { learningRate, ...values } = checked as Record<string, unknown>;
    this.className = className;
    this.#declared = declared;
    Object.assign(this, values);
    this.excludeFromWeightDecay = checkTexts(className, (given as Unsaved).excludeFromWeightDecay ?? []);
    const { clipnorm, clipvalue, globalClipnorm } = this.#shared;
    const limits = [clipnorm, clipvalue, globalClipnorm].filter((limit) => (limit ?? null) !== null);
    if (limits.length > 1) {
      throw new RangeError(
        `${className}: expected one of clipnorm, clipvalue and globalClipnorm, got ${limits.length}`,
      );
    }
    if (typeof learningRate === "number") this.learningRate = learningRate;
    else {
      this.#schedule = learningRate as Exclude<LearningRate, number>;
      this.rateAt(0);
    }
  }

  get #shared(): Partial<Shared> {
    return this as Partial<Shared>;
  }

  /** Held as a 32-bit float, as in Keras. May be changed between steps; with a schedule it is the rate of the last step. */
  get learningRate(): number {
    return this.#learningRate;
  }

  /** @throws RangeError if it is negative or not finite, Error if a schedule sets it */
  set learningRate(value: number) {
    if (this.#schedule) {
      throw new Error(
        "optimizer.learningRate: expected an optimizer without a schedule, which sets it itself, got one",
      );
    }
    this.#learningRate = Math.fround(checkNumber("optimizer.learningRate", value, 0, MOST));
  }

  /** What gives the learning rate, if it is not one number. */
  get schedule(): Schedule | ((step: number) => number) | undefined {
    return this.#schedule;
  }

  /**
   * The learning rate of a step.
   * @param iterations batches trained before it
   * @throws RangeError if the user's own function gives no number from 0 on
   */
  rateAt(iterations: number): number {
    const schedule = this.#schedule;
    if (!schedule) return this.#learningRate;
    const rate = typeof schedule === "function" ? schedule(iterations) : schedule.at(iterations);
    this.#learningRate = Math.fround(checkNumber(`${this.className}.learningRate(${iterations})`, rate, 0, MOST));
    return this.#learningRate;
  }

  /**
   * Names of its own slots in groups: in Keras' files the slots of a group alternate from weight to weight (kernel momentum, kernel
   * velocity, bias momentum, ...), and a group follows when the one before has ended.
   */
  protected abstract readonly ownSlots: readonly (readonly string[])[];

  /** Names of all slots, in the same groups. */
  get slotGroups(): readonly (readonly string[])[] {
    const { useEma, gradientAccumulationSteps } = this.#shared;
    return [
      ...(useEma ? [["average"]] : []),
      ...(gradientAccumulationSteps ? [["gradient_accumulator"]] : []),
      ...this.ownSlots,
    ];
  }

  /** Names of the slots kept for each parameter. */
  get slotNames(): readonly string[] {
    return this.slotGroups.flat();
  }

  /** What a slot is full of before the first step. */
  slotInitial(_name: string): number {
    return 0;
  }

  /** The shape of a weight's slot in Keras' files: its numbers stand first in the slot. Undefined: there is none. Default: the weight's. */
  slotShape(_name: string, shape: Shape, _path: string): Shape | undefined {
    return shape;
  }

  /** What `decayOf` may give. */
  protected get decays(): readonly (number | null | undefined)[] {
    return [this.#shared.weightDecay];
  }

  /** The decay of a weight that is not excluded from it. */
  decayOf(_weight: Weight): number {
    return this.#shared.weightDecay ?? 0;
  }

  /** The slot that the end of `fit` copies into the weights, if there is one. */
  get averageSlot(): string | undefined {
    return this.#shared.useEma ? "average" : undefined;
  }

  /** Numbers that Keras' files hold after all slots, after so many batches. */
  extraVariables(_iterations: number): readonly number[] {
    return [];
  }

  /** Updates done by so many batches. */
  protected updates(iterations: number): number {
    return Math.floor(iterations / (this.#shared.gradientAccumulationSteps ?? 1));
  }

  /**
   * What kernels read from the step block besides the learning rate (assembly/lib/step.ts): the same for every thread.
   * @param iterations batches trained before this step
   */
  scalars(iterations: number): number[] {
    const { useEma, emaMomentum = 0, emaOverwriteFrequency, gradientAccumulationSteps } = this.#shared;
    const updates = this.updates(iterations);
    const gathers = (iterations + 1) % (gradientAccumulationSteps ?? 1) !== 0;
    // The first average is a copy.
    const momentum = useEma && updates > 0 ? emaMomentum : 0;
    const overwrites = useEma && emaOverwriteFrequency && (updates + 1) % emaOverwriteFrequency === 0;
    return [gathers ? 1 : 0, momentum, overwrites ? 1 : 0, ...this.ownScalars(updates, this.rateAt(iterations))];
  }

  /** Its own numbers of a step. @param _updates done before */
  protected ownScalars(_updates: number, _learningRate: number): number[] {
    return [];
  }

  /** Records a whole step in the update phase: limits, decay, update, averages. */
  record(program: ProgramBuilder, blocks: OptimizerBlocks): void {
    const names = this.slotNames;
    const update = { ...blocks, slot: (name: string) => blocks.slots[names.indexOf(name)] ?? 0 } as const;
    this.#around?.recordBefore(program, this, update);
    this.recordUpdate(program, update);
    this.#around?.recordAfter(program, update);
  }

  /** Records the update itself. Its kernels do nothing in steps that only gather. */
  protected abstract recordUpdate(program: ProgramBuilder, blocks: UpdateBlocks): void;

  /** What the constructor took, under Keras' names. A function as learning rate is written as the rate of the last step. */
  config(): Record<string, unknown> {
    const schedule = this.#schedule;
    const config = writeDeclared(this.#declared, this);
    return typeof schedule === "object" ? { ...config, learning_rate: schedule.serialize() } : config;
  }

  /** Brings in what `record` needs, if that is not there at once. Called before the first `record`. */
  async load(): Promise<void> {
    const { clipnorm, clipvalue, globalClipnorm, useEma, gradientAccumulationSteps } = this.#shared;
    if (this.decays.some(Boolean) || clipnorm || clipvalue || globalClipnorm || useEma || gradientAccumulationSteps) {
      this.#around ??= await import("./around.js");
    }
  }
}

seeThroughProxies(Optimizer);

function checkTexts(className: string, value: unknown): readonly string[] {
  if (Array.isArray(value) && value.every((text) => typeof text === "string" && text !== "")) return [...value];
  throw new TypeError(`${className}.excludeFromWeightDecay: expected an array of texts, got ${show(value)}`);
}

/** The option that all optimizers have. @param fallback its default */
export function learningRate(fallback: number) {
  const rate = number(0, MOST);
  const option: Option<LearningRate> = {
    check(where, value) {
      const gives = typeof value === "function" || typeof (value as Schedule | null)?.at === "function";
      return gives ? (value as LearningRate) : rate.check(where, value);
    },
  };
  // As Keras 2 called it.
  return alias(optional(option, fallback), "lr");
}

/** The base class of an optimizer with these options, each of which is written once. @param className as in Keras */
export function defineOptimizer<O extends Options>(
  className: string,
  own: O,
): (abstract new (
  options?: Given<O & Omit<typeof SHARED, keyof O>> & Unsaved,
) => Optimizer & Omit<Values<O & Omit<typeof SHARED, keyof O>>, "learningRate">) & {
  readonly className: string;
  readonly declared: O & Omit<typeof SHARED, keyof O>;
} {
  const declared = { ...SHARED, ...own };
  abstract class Defined extends Optimizer {
    static readonly className = className;
    static readonly declared = declared;

    constructor(options: object = {}) {
      super(className, options, declared);
    }
  }
  return Defined as never;
}

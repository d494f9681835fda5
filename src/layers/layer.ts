import { checkDeclared, type Given, type Options, type Values, writeDeclared } from "../base/options.js";
import { checkBoolean, checkShape, show } from "../engine/check.js";
import type { ProgramBuilder, Recorded } from "../engine/program.js";
import { Raw } from "../engine/raw.js";
import type { Region } from "../engine/region.js";
import { formatShape, type Shape, sameShape } from "../engine/shape.js";
import type { Weight, WeightSpec } from "../engine/weight.js";
import { uniqueName } from "./names.js";
import { type ApplyOptions, applyLayer, type Call, type Graph, type SymbolicTensor } from "./symbolic.js";
import { checkWeights, type GivenWeight, type NamedWeight, Variable } from "./variable.js";

export interface LayerOptions {
  /** Default: the class in snake case, with a number from the second one on: `conv2d`, `conv2d_1`. */
  name?: string | undefined;
  /** Shape of one sample, without the batch axis. Only on the first layer of a Sequential, and only if data should not decide it. */
  inputShape?: Shape | undefined;
  /** Default true. False keeps the weights as they are; takes effect at the next `compile`. */
  trainable?: boolean | undefined;
}

/** What a constructor took, under Keras' names: plain JSON. */
export type LayerConfig = Record<string, unknown>;

const BASE_OPTIONS = ["name", "inputShape", "trainable"];

/** A layer that can be recorded together with some that follow it. */
export interface Fused {
  /** How many of the followers are part of it. */
  readonly count: number;
  record(program: ProgramBuilder, inputs: readonly Region[], weights: readonly Weight[]): Recorded;
}

/** A layer that alone takes what the one before gives out. */
export interface Follower {
  readonly layer: Layer;
  readonly weights: readonly Weight[];
  /** Whether it behaves as in training; false: as at inference. */
  readonly training: boolean;
}

/**
 * A layer: its shapes, its weights, its forward pass and, beside it, its backward pass. It holds its options and its weights, and no
 * memory of a model, so that one layer can stand in several models and at several places of one.
 */
export abstract class Layer extends Raw {
  readonly className: string;
  readonly name: string;
  readonly inputShape: Shape | undefined;
  #trainable: boolean;
  readonly #declared: Options;
  readonly #fixed: LayerConfig;
  /** Where it was called. */
  readonly calls: Call[] = [];
  #variables: readonly Variable[] | undefined;

  /**
   * @param className as in Keras: `Conv2D`
   * @param given what the user gave
   * @param declared the options that the class adds
   * @param fixed what a config holds beside them: Keras' options that have one value here
   * @throws TypeError for unknown options or options of the wrong kind
   */
  constructor(className: string, given: object = {}, declared: Options = {}, fixed: LayerConfig = {}) {
    super();
    const where = factoryName(className);
    const values = checkDeclared(where, declared, given, BASE_OPTIONS);
    const { name, inputShape, trainable = true } = given as LayerOptions;
    if (name !== undefined && (typeof name !== "string" || name === "")) {
      throw new TypeError(`${where}.name: expected a text, got ${show(name)}`);
    }
    this.className = className;
    this.inputShape = inputShape === undefined ? undefined : checkShape(`${where}.inputShape`, inputShape);
    this.#trainable = checkBoolean(`${where}.trainable`, trainable);
    this.#declared = declared;
    this.#fixed = fixed;
    Object.assign(this, values);
    this.validate();
    this.name = name ?? uniqueName(className);
  }

  /** Whether training changes its weights; takes effect at the next `compile`. Of a model: sets that of all its layers too. */
  get trainable(): boolean {
    return this.#trainable;
  }

  /** @throws TypeError if it is not true or false */
  set trainable(value: boolean) {
    this.#trainable = checkBoolean(`${this.name}.trainable`, value);
  }

  /** Checks options that depend on each other. @throws RangeError */
  protected validate(): void {}

  /**
   * Shape of the output for inputs of these shapes, all per sample. Sizes that are open are NaN, there and here.
   * @throws RangeError where the layer does not fit
   */
  abstract outputShape(inputs: readonly Shape[]): Shape;

  /** Shapes of all outputs: a layer has one, a model that stands in another may have several. */
  outputShapes(inputs: readonly Shape[]): readonly Shape[] {
    return [this.outputShape(inputs)];
  }

  /** Likewise at inference, where a layer may leave its input as it is. */
  inferenceShapes(inputs: readonly Shape[]): readonly Shape[] {
    return this.outputShapes(inputs);
  }

  /** The weights for inputs of these shapes. */
  weightSpecs(_inputs: readonly Shape[]): readonly WeightSpec[] {
    return [];
  }

  /** Calls kernels of packs for the forward pass and returns the closure that calls those of the backward pass. */
  abstract record(program: ProgramBuilder, inputs: readonly Region[], weights: readonly Weight[]): Recorded;

  /**
   * This layer and some that follow it as one, where one pass over the data can do for all: with the same outputs and input gradients
   * as one after the other in training, close ones at inference.
   * @param followers those after it, each the only one that takes what the one before gives out
   */
  fuse(_followers: readonly Follower[], _training: boolean): Fused | undefined {
    return undefined;
  }

  /** What the constructor took, under Keras' names: plain JSON. */
  config(): LayerConfig {
    return { ...this.#fixed, ...writeDeclared(this.#declared, this) };
  }

  /**
   * The layer on a tensor or several: a node of a graph.
   * @throws TypeError for what are no tensors, RangeError where their shapes do not fit
   */
  apply(inputs: SymbolicTensor | readonly SymbolicTensor[], options: ApplyOptions = {}): SymbolicTensor {
    return applyLayer(this, inputs, options)[0]!;
  }

  /**
   * Gives the layer its weights, if it has none yet. Called by models and by `apply`.
   * @throws RangeError if it has some that do not fit inputs of these shapes
   */
  build(inputs: readonly Shape[]): readonly Variable[] {
    const specs = this.weightSpecs(inputs);
    for (const { name, shape } of specs) {
      if (shape.some((size) => !Number.isSafeInteger(size))) {
        throw new RangeError(
          `expected an input whose sizes decide the shape of ${name}, got ${inputs.map(formatShape)}`,
        );
      }
    }
    const own = this.#variables;
    if (!own) {
      this.#variables = specs.map((spec) => new Variable(spec));
      return this.#variables;
    }
    if (own.length !== specs.length || own.some(({ shape }, i) => !sameShape(shape, specs[i]!.shape))) {
      const [has, wants] = [own, specs].map((list) => list.map(({ shape }) => formatShape(shape)).join(", "));
      throw new RangeError(
        `expected an input that fits its weights of shape ${has}, got one for weights of shape ${wants}`,
      );
    }
    return own;
  }

  /** The graph inside, of a layer that is a model. */
  get graph(): Graph | undefined {
    return undefined;
  }

  /** Brings in what `record` needs, if that is not there at once: an activation that is known by name. */
  async load(): Promise<void> {
    for (const value of Object.values(this)) {
      if (typeof value?.load === "function") await value.load();
    }
  }

  /** Its weights, in Keras' order; empty before its input is known. */
  get variables(): readonly Variable[] {
    return this.#variables ?? [];
  }

  /** Copies of its weights, in Keras' order. While `fit` runs: of the last completed step. @throws Error before a model has it */
  getWeights(): NamedWeight[] {
    return this.variables.map((each) => ({ name: each.name, shape: [...each.shape], data: each.read().slice() }));
  }

  /**
   * Sets its weights, in the order of `getWeights`; names do not matter.
   * @throws TypeError, RangeError if one is missing or of another size or shape; Error while a model trains them
   */
  setWeights(weights: readonly GivenWeight[]): void {
    const data = checkWeights(`${this.name}.setWeights`, this.variables, weights);
    for (const variable of this.variables) variable.checkFree(`${this.name}.setWeights`);
    for (const [i, variable] of this.variables.entries()) variable.write(data[i]!.slice());
  }

  /** Parameters, also those that are not trained. */
  countParams(): number {
    return this.variables.reduce((sum, { size }) => sum + size, 0);
  }

  /** What it was called on. @throws Error if it has not been called, or several times */
  get input(): SymbolicTensor | readonly SymbolicTensor[] {
    const { inputs } = this.#onlyCall("input");
    return inputs.length === 1 ? inputs[0]! : inputs;
  }

  /** What it gave out. @throws Error if it has not been called, or several times */
  get output(): SymbolicTensor {
    return this.#onlyCall("output").outputs[0]!;
  }

  #onlyCall(what: string): Call {
    if (this.calls.length === 1) return this.calls[0]!;
    const got = this.calls.length === 0 ? "none" : `${this.calls.length}: each apply gives its own`;
    throw new Error(`layer "${this.name}".${what}: expected one call of the layer, got ${got}`);
  }
}

/** What the constructor of a class with these options takes. */
export type Arguments<O extends Options> =
  // biome-ignore lint/complexity/noBannedTypes: whether nothing is required.
  {} extends Given<O> ? [options?: Given<O> & LayerOptions] : [options: Given<O> & LayerOptions];

/** What the constructor of a class of layers takes. */
export type OptionsOf<C extends { readonly declared: Options }> = Given<C["declared"]> & LayerOptions;

/** The base of a class of layers: what is declared of them, and a constructor that checks it. */
export interface LayerClass<O extends Options> {
  readonly className: string;
  readonly declared: O;
  readonly fixed: LayerConfig;
  new (...args: Arguments<O>): Layer & Values<O>;
}

/**
 * The base class of a layer with these options, each of which is written once: its check, default and comment. Constructor, types,
 * config and the reader of configs follow from it.
 * @param className as in Keras: `Conv2D`
 * @param fixed Keras' options that have one value here: written to configs, and refused there if they have another
 */
export function defineLayer<O extends Options>(
  className: string,
  declared: O,
  fixed: LayerConfig = {},
): (abstract new (
  ...args: Arguments<O>
) => Layer & Values<O>) &
  Pick<LayerClass<O>, "className" | "declared" | "fixed"> {
  abstract class Defined extends Layer {
    static readonly className = className;
    static readonly declared = declared;
    static readonly fixed = fixed;

    constructor(options: object = {}) {
      super(className, options, declared, fixed);
    }
  }
  return Defined as never;
}

/** What the user calls: `conv2d` for `Conv2D`, `leakyRelu` for `LeakyReLU`. */
export function factoryName(className: string): string {
  return className
    .replace(/P?ReLU$/, (end) => end[0] + end.slice(1).toLowerCase())
    .replace(/^[A-Z]+(?=[A-Z][a-z])|^[A-Z]+(?![a-z])|^[A-Z]/, (start) => start.toLowerCase())
    .replace(/([123])D/, "$1d");
}

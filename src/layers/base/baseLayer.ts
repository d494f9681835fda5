import type { Activation } from "../../activations/activation.js";
import { checkBoolean, checkOptions, checkShape, show } from "../../base/check.js";
import { checkDeclared, type Options, writeDeclared } from "../../base/options.js";
import { Raw, rawOf, seeThroughProxies } from "../../base/raw.js";
import type { DeclaredClass } from "../../base/registry.js";
import type { ProgramBuilder, Recorded } from "../../engine/program/program.js";
import type { Region } from "../../engine/program/region.js";
import type { Shape } from "../../engine/program/shape.js";
import type { Weight } from "../../engine/program/weight.js";
import { factoryName, uniqueName } from "./names.js";
import { type OpenShape, shapePaths } from "./shapePaths.js";
import { Weighted } from "./weighted.js";

/** Options that all layers have. */
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
  /** Whether it computes as in training. */
  readonly training: boolean;
}

export interface ApplyOptions {
  /**
   * False: always as at inference, as Keras' `layer(x, training=False)`; weights are trained all the same. True: always as in training:
   * `predict` drops other elements each time, batch normalisation takes its batch's statistics. Default: as the model runs.
   */
  training?: boolean;
}

/** One call of a layer on tensors: a node of the graph. */
export interface Call {
  readonly layer: Layer;
  readonly inputs: readonly SymbolicTensor[];
  readonly outputs: readonly SymbolicTensor[];
  /** What was said of it; undefined: as the model runs. */
  readonly training: boolean | undefined;
}

/** What a layer gives out in a graph, before there are any numbers. */
export class SymbolicTensor extends Raw {
  /**
   * @param sizes of one sample, NaN where open
   * @param call the node that it comes from
   * @param index which of the node's outputs it is
   */
  constructor(
    readonly sizes: Shape,
    readonly call: Call,
    readonly index: number,
  ) {
    super();
  }

  /** Of one sample, null where open. */
  get shape(): OpenShape {
    return this.sizes.map((size) => (Number.isNaN(size) ? null : size));
  }

  /** Of the layer that it comes from. */
  get name(): string {
    return this.call.layer.name;
  }
}

/** A graph from some tensors to others: what a model is made of. */
export interface Graph {
  readonly inputs: readonly SymbolicTensor[];
  readonly outputs: readonly SymbolicTensor[];
  /** Each before those that take what it gives out; with those of the inputs. */
  readonly calls: readonly Call[];
  /** In Keras' order, which is that of the weights. */
  readonly layers: readonly Layer[];
}

/** The classes of all layers that were made. */
const made = /* @__PURE__ */ new Map<string, DeclaredClass<Layer>>();

/** The class of this name that a layer was made of. */
export function madeClass(className: string): DeclaredClass<Layer> | undefined {
  return made.get(className);
}

/**
 * A layer: its shapes, its weights, its forward pass and, beside it, its backward pass. It holds its options and its weights, and no
 * memory of a model, so that one layer can stand in several models and at several places of one.
 */
export abstract class Layer extends Weighted {
  readonly className: string;
  readonly name: string;
  readonly inputShape: Shape | undefined;
  #trainable: boolean;
  readonly #declared: Options;
  readonly #fixed: LayerConfig;
  /** Where it was called. */
  readonly calls: Call[] = [];

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
    if (Object.hasOwn(Object.getPrototypeOf(new.target), "declared")) made.set(className, new.target as never);
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

  /** Calls kernels of packs for the forward pass and returns the closure that calls those of the backward pass. */
  abstract record(program: ProgramBuilder, inputs: readonly Region[], weights: readonly Weight[]): Recorded;

  /**
   * This layer and some that follow it as one, where one pass over the data can do for all: with the same outputs and input gradients
   * as one after the other in training, close ones at inference.
   * @param _followers those after it, each the only one that takes what the one before gives out
   */
  fuse(_followers: readonly Follower[], _training: boolean): Fused | undefined {
    return undefined;
  }

  /**
   * Of a layer that scales and shifts each channel at inference: kernel (..., n) and bias (n) of the layer before it with that in
   * them. They are made when the weights have changed.
   * @param before weights of the layer before: kernel, and bias if it has one
   * @param own weights of this layer
   */
  foldInto?(program: ProgramBuilder, before: readonly Weight[], own: readonly Weight[], n: number): readonly Weight[];

  /** The activation with `bounds` that the layer is, if it is nothing else: a relu. */
  bounding?(): Activation | undefined;

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

seeThroughProxies(Layer);

/** @throws TypeError unless it is a tensor or an array of at least one */
export function checkTensors(where: string, value: unknown): readonly SymbolicTensor[] {
  const list: readonly unknown[] = (Array.isArray(value) ? value : [value]).map(rawOf);
  if (list.length === 0) throw new TypeError(`${where}: expected at least one tensor, got none`);
  for (const each of list) {
    if (each instanceof SymbolicTensor) continue;
    throw new TypeError(
      `${where}: expected what input() or a layer's apply() gives, got ${show(each)}; numbers go to predict and fit`,
    );
  }
  return list as readonly SymbolicTensor[];
}

function connect(
  layer: Layer,
  inputs: readonly SymbolicTensor[],
  training: boolean | undefined,
  prepare: (shapes: readonly Shape[]) => void,
): Call {
  const shapes = inputs.map(({ sizes }) => sizes);
  const outputs: SymbolicTensor[] = [];
  const call: Call = { layer, inputs, outputs, training };
  try {
    const sizes = training === false ? layer.inferenceShapes(shapes) : layer.outputShapes(shapes);
    for (const [i, shape] of sizes.entries()) outputs.push(new SymbolicTensor(shape, call, i));
    prepare(shapes);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const came = inputs.length > 0 ? `; shapes: ${shapePaths(inputs)}` : "";
    throw new RangeError(`layer "${layer.name}": ${error.message}${came}`, { cause: error });
  }
  return call;
}

/**
 * A node with a layer's outputs; the layer gets its weights.
 * @param isOfLayer whether the layer remembers it
 * @throws RangeError if the shapes do not fit: then nothing has changed
 */
export function makeCall(layer: Layer, inputs: readonly SymbolicTensor[], training?: boolean, isOfLayer = true): Call {
  const call = connect(layer, inputs, training, (shapes) => layer.build(shapes));
  if (isOfLayer) layer.calls.push(call);
  return call;
}

/** The node that `makeCall` would make, but nothing changes: the layer gets no weights. @throws as `makeCall` */
export function draftCall(layer: Layer, inputs: readonly SymbolicTensor[]): Call {
  return connect(layer, inputs, undefined, (shapes) => layer.checkInputs(shapes));
}

/** What `layer.apply` does. @throws TypeError, RangeError: then nothing has changed */
export function applyLayer(layer: Layer, given: unknown, options: ApplyOptions): readonly SymbolicTensor[] {
  const where = `layer "${layer.name}".apply`;
  const inputs = checkTensors(where, given);
  checkOptions(where, options, ["training"]);
  const { training } = options;
  if (training !== undefined) checkBoolean(`${where}.training`, training);
  return makeCall(layer, inputs, training).outputs;
}

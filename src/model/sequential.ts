import { checkOptions, show } from "../base/check.js";
import { rawOf, seeThroughProxies } from "../base/raw.js";
import type { Shape } from "../engine/program/shape.js";
import { chainOf } from "../graph/chain.js";
import { Layer } from "../layers/base/layer.js";
import { MOST_LAYERS } from "../layers/base/names.js";
import type { Graph } from "../layers/base/symbolic.js";
import { InputLayer } from "../layers/core/inputLayer.js";
import { BaseModel } from "./baseModel.js";
import type { ModelOptions } from "./options.js";

/** Options of `Sequential`. */
export interface SequentialOptions extends ModelOptions {}

/** A chain of layers that can be trained, with Keras' `Sequential` as the model. Wrong calls change nothing. */
export class Sequential extends BaseModel {
  #layers: readonly Layer[] = [];
  #graph: Graph | undefined;

  /**
   * @param graph the one that the layers make already, for a model that is read from a file
   * @throws TypeError, RangeError for what are no layers or do not fit, and for wrong options
   */
  constructor(layers: readonly Layer[] = [], options: SequentialOptions = {}, graph?: Graph) {
    checkOptions("Sequential", options, ["name", "seed"]);
    if (!Array.isArray(layers)) throw new TypeError(`Sequential: expected an array of layers, got ${show(layers)}`);
    super("Sequential", "Sequential", options);
    this.#take(
      layers.map((layer, i) => checkLayer(layer, i === 0)),
      graph,
    );
  }

  /** A copy of the list: `add` appends to the model. */
  get layers(): readonly Layer[] {
    return [...this.#layers];
  }

  override get graph(): Graph | undefined {
    return this.#graph;
  }

  get inputNames(): readonly string[] {
    return [this.#graph?.inputs[0]?.name ?? "input"];
  }

  get outputNames(): readonly string[] {
    return [this.#layers.at(-1)?.name ?? "output"];
  }

  /**
   * Appends a layer. The weights of the others stay; the model has to be compiled again.
   * @throws TypeError, RangeError if it is no layer, its name is taken, or it does not fit; Error while `fit` runs, and if the
   *   model is a layer of another
   */
  add(layer: Layer): void {
    this.#checkAlone("add");
    this.#take([...this.#layers, checkLayer(layer, this.#layers.length === 0)]);
  }

  /** Takes the last layer away and gives it back. @throws Error as `add`, and if there is none */
  pop(): Layer {
    this.#checkAlone("pop");
    const last = this.#layers.at(-1);
    if (!last) throw new Error("Sequential.pop: expected a model with layers, got none");
    this.#take(this.#layers.slice(0, -1));
    return last;
  }

  #checkAlone(where: string): void {
    this.checkIdle(where);
    if (this.calls.length > 0) {
      throw new Error(`Sequential.${where}: expected a model that stands alone, got one that is a layer of another`);
    }
  }

  #take(given: readonly Layer[], made?: Graph): void {
    const layers = given.filter((layer, i) => i > 0 || !(layer instanceof InputLayer));
    if (layers.length > MOST_LAYERS) {
      throw new RangeError(`Sequential: expected at most ${MOST_LAYERS} layers, got ${layers.length}`);
    }
    checkNames(layers);
    const graph = made ?? this.#graphFor(given, layers);
    this.changed();
    this.#layers = layers;
    this.#graph = graph;
    this.initializeWeights();
  }

  #graphFor(given: readonly Layer[], layers: readonly Layer[]): Graph | undefined {
    const first = given[0];
    if (!first) return undefined;
    const known = first instanceof InputLayer ? first : this.#graph?.inputs[0]?.call.layer;
    if (known instanceof InputLayer) return chainOf(known, layers);
    const shape = first.inputShape ?? first.graph?.inputs[0]?.shape;
    return shape && chainOf(shape, layers);
  }

  protected buildFor([shape]: readonly Shape[]): Graph {
    this.#graph = chainOf(shape!, this.#layers);
    return this.#graph;
  }
}

seeThroughProxies(Sequential);

function checkLayer(given: Layer, isFirst: boolean): Layer {
  const layer = rawOf(given);
  if (!(layer instanceof Layer)) throw new TypeError(`Sequential.add: expected a layer, got ${show(layer)}`);
  if (!isFirst && layer.inputShape) {
    throw new RangeError(`Sequential.add: expected inputShape on the first layer only, got one on "${layer.name}"`);
  }
  return layer;
}

function checkNames(layers: readonly Layer[]): void {
  const names = new Set<string>();
  for (const { name } of layers) {
    if (names.has(name)) throw new RangeError(`Sequential.add: expected a name that is not taken, got "${name}"`);
    names.add(name);
  }
}

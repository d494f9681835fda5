import { show } from "../base/check.js";
import { seeThroughProxies } from "../base/raw.js";
import { type Shape, sameShape } from "../engine/program/shape.js";
import { CompositeLayer } from "../graph/composite.js";
import { Network, Weights } from "../graph/network.js";
import type { Layer } from "../layers/base/layer.js";
import type { Graph, SymbolicTensor } from "../layers/base/symbolic.js";
import { checkWeights, type GivenWeight, type NamedWeight, type WeightInfo } from "../layers/base/variable.js";
import type { Counters } from "./counters.js";
import { checkModelOptions, type ModelOptions } from "./options.js";
import { TrainingGuard } from "./trainingGuard.js";

/** A graph of layers with names and weights: what a model is before it is trained. */
export abstract class GraphModel extends CompositeLayer {
  protected readonly counters: Counters;
  protected readonly guard = new TrainingGuard();
  #network: Network | undefined;
  #disposed = false;

  constructor(className: string, where: string, options: ModelOptions) {
    const { name, seed } = checkModelOptions(where, options);
    super(className, { name });
    this.counters = { seed, iterations: 0, epochs: 0 };
  }

  /** Names and shapes of the inputs. */
  abstract get inputNames(): readonly string[];
  /** Under which data of the outputs goes in and out. */
  abstract get outputNames(): readonly string[];

  /** From which all random numbers of the model follow. */
  get seed(): number {
    return this.counters.seed;
  }

  /** One of its layers. @param which its name or its index @throws RangeError, TypeError if there is none */
  getLayer(which: string | number): Layer {
    const { layers } = this;
    const found = typeof which === "number" ? layers.at(which) : layers.find(({ name }) => name === which);
    if (found) return found;
    const names = layers.map(({ name }) => name).join(", ");
    throw new RangeError(`getLayer: expected an index or a name among ${names}, got ${show(which)}`);
  }

  /** @throws Error after `dispose` */
  protected checkInUse(where: string): void {
    if (this.#disposed) throw new Error(`${where}: expected a model in use, got one that is disposed of`);
  }

  /** @throws Error while `fit` runs, and after `dispose` */
  protected checkIdle(where: string): void {
    this.checkInUse(where);
    if (this.guard.training) throw new Error(`${where}: expected no training under way, got a call while fit runs`);
  }

  /** Everything that follows from the layers is made anew; their weights stay. */
  protected changed(): void {
    this.#network = undefined;
  }

  /** The network, its sizes open where the inputs' are. @throws Error before the inputs are known, and after `dispose` */
  protected built(where: string): Network {
    this.checkInUse(where);
    const { graph } = this;
    if (!graph) {
      throw new Error(
        `${where}: expected a model that knows its input shape, got none; give the first layer inputShape`,
      );
    }
    return this.#networkOf(graph);
  }

  #networkOf(graph: Graph): Network {
    if (!this.#network) {
      const network = new Network(graph, openShapes(graph), this.#weightsOf(graph));
      for (const { layer, position } of network.nodes) {
        for (const [i, variable] of layer.variables.entries()) variable.initialize(this.seed, [position, i]);
      }
      this.#network = network;
    }
    return this.#network;
  }

  #weightsOf(graph: Graph): Weights {
    return new Weights(graph, () => this.trainable);
  }

  /** To be called when the graph is there: the layers get their first numbers from this model's seed, if they have none. */
  protected initializeWeights(): void {
    if (this.graph) this.#networkOf(this.graph);
  }

  /** The network for data of these shapes: the first data decide the input shapes if no layer did. @throws as `outputShapesFor` */
  protected networkFor(where: string, shapes: readonly Shape[]): Network {
    this.#checkKnown(where);
    return this.#networkOf(this.graph ?? this.buildFor(shapes));
  }

  /**
   * Shapes of the outputs for data of these shapes; nothing changes.
   * @throws Error without layers or after `dispose`, RangeError if the layers do not fit
   */
  protected outputShapesFor(where: string, shapes: readonly Shape[]): readonly Shape[] {
    this.#checkKnown(where);
    const network = this.graph && this.#networkOf(this.graph);
    const isSame = network?.inputShapes.every((shape, i) => sameShape(shape, shapes[i]!));
    return isSame ? network!.outputShapes : this.outputShapes(shapes);
  }

  #checkKnown(where: string): void {
    this.checkInUse(where);
    if (!this.graph && this.layers.length === 0) throw new Error(`${where}: expected a model with layers, got none`);
  }

  /** Parameters of all layers. @throws Error before the input shape is known */
  override countParams(): number {
    return this.built("countParams").weights.all.reduce((sum, { size }) => sum + size, 0);
  }

  /** All weights without their numbers, in the order of `getWeights` and by its names; empty before the input is known. */
  override get weights(): readonly WeightInfo[] {
    const all = this.graph ? this.#weightsOf(this.graph).all : [];
    return all.map(({ name, shape, trainable }) => ({ name, shape: [...shape], trainable }));
  }

  /**
   * Copies of all weights in Keras' order: layer by layer, kernel before bias; named by their place, `encoder/conv2d/kernel`. While
   * `fit` runs: of the last completed step.
   */
  override getWeights(): NamedWeight[] {
    return this.built("getWeights").weights.held.map(({ weight, variable }) => ({
      name: weight.name,
      shape: [...weight.shape],
      data: variable.read().slice(),
    }));
  }

  /**
   * Sets all weights, in the order of `getWeights`; names do not matter.
   * @throws TypeError, RangeError if one is missing or of another size or shape; Error while `fit` runs, but in callbacks
   */
  override setWeights(weights: readonly GivenWeight[]): void {
    if (!this.guard.inCallback) this.checkIdle("setWeights");
    const { held, all } = this.built("setWeights").weights;
    const data = checkWeights("setWeights", all, weights);
    for (const { variable } of held) variable.checkFree("setWeights", this);
    for (const [i, { variable }] of held.entries()) variable.write(data[i]!.slice());
  }

  /** The tensors that it takes. */
  get inputs(): readonly SymbolicTensor[] {
    return this.built("inputs").graph.inputs;
  }

  /** The tensors that it gives. */
  get outputs(): readonly SymbolicTensor[] {
    return this.built("outputs").graph.outputs;
  }

  /** The only tensor that it takes, or all of them: its own ones, wherever it has been called. @throws Error before they are known */
  override get input(): SymbolicTensor | readonly SymbolicTensor[] {
    const { inputs } = this;
    return inputs.length === 1 ? inputs[0]! : inputs;
  }

  /** The tensor that it gives. @throws Error before it is known, or if there are several: `outputs` has them */
  override get output(): SymbolicTensor {
    const { outputs } = this;
    if (outputs.length === 1) return outputs[0]!;
    throw new Error(`model "${this.name}".output: expected one output, got ${outputs.length}: take outputs`);
  }

  /** The layers keep their weights, the model cannot be used any more. */
  dispose(): void {
    this.#disposed = true;
  }

  protected get disposed(): boolean {
    return this.#disposed;
  }
}

seeThroughProxies(GraphModel);

/** Of the inputs, NaN where open. */
export function openShapes(graph: Graph): readonly Shape[] {
  return graph.inputs.map(({ sizes }) => sizes);
}

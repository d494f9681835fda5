import type { ProgramBuilder } from "../engine/program/program.js";
import type { Region } from "../engine/program/region.js";
import { formatShape, type Shape, sameShape, sizeOf } from "../engine/program/shape.js";
import { Weight } from "../engine/program/weight.js";
import type { Layer } from "../layers/base/layer.js";
import type { Graph, SymbolicTensor } from "../layers/base/symbolic.js";
import type { Variable } from "../layers/base/variable.js";
import { InputLayer } from "../layers/core/inputLayer.js";
import { fuse } from "./fusion.js";
import { type Node, type Unit, unitOf } from "./node.js";

/** The outputs of all units for one shard stay below this many bytes, so that what a shard works on fits a core's cache. */
const SHARD_BYTES = 2 ** 19;
/** A batch is cut into at least this many shards, where it has that many samples. */
const SHARDS = 8;

/** What to do where a layer crops in training only. */
export const UNCROPPED =
  "at inference images are not cropped: put centerCrop before randomCrop, or predict on images of the crop's size";

/** A weight of a model with the variable that it is a copy of. */
export interface HeldVariable {
  readonly weight: Weight;
  readonly variable: Variable;
}

/** A graph for inputs of some shapes: all nodes in order, each with what it gives out. */
export class Network {
  readonly nodes: readonly Node[];
  /** Shapes of all values, per sample. */
  readonly shapes: readonly Shape[];
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  /** The nodes as they are recorded for training: some of them together. */
  readonly units: readonly Unit[];
  /** Likewise for inference, where more can be put together. */
  readonly #inferenceUnits: readonly Unit[];
  #inferenceShapes: readonly Shape[] | undefined;

  /**
   * @param shapes of the inputs
   * @param weights those of each variable; what is not in it yet comes in
   * @throws RangeError with the way of the shapes where a layer does not fit
   */
  constructor(
    readonly graph: Graph,
    inputShapes: readonly Shape[],
    readonly weights: Weights = new Weights(graph),
  ) {
    const walk = new Walk(this.weights);
    this.inputs = graph.inputs.map((_, i) => walk.value(inputShapes[i]!));
    this.outputs = walk.expand(graph, this.inputs, { path: "", training: undefined });
    this.nodes = walk.nodes;
    this.shapes = walk.shapes;
    this.units = fuse(this, true);
    this.#inferenceUnits = fuse(this, false);
  }

  shapesOf(values: readonly number[]): readonly Shape[] {
    return values.map((value) => this.shapes[value]!);
  }

  get inputShapes(): readonly Shape[] {
    return this.shapesOf(this.inputs);
  }

  get outputShapes(): readonly Shape[] {
    return this.shapesOf(this.outputs);
  }

  /**
   * Shapes of all values at inference: other ones after a layer that crops in training only.
   * @throws RangeError where a layer does not fit them
   */
  get inferenceShapes(): readonly Shape[] {
    if (this.#inferenceShapes) return this.#inferenceShapes;
    const shapes = [...this.shapes];
    for (const { layer, path, inputs, outputs, weights, training } of this.nodes) {
      const given = inputs.map((value) => shapes[value]!);
      const isSame = given.every((shape, i) => sameShape(shape, this.shapes[inputs[i]!]!));
      try {
        const own = training ? layer.outputShapes(given) : layer.inferenceShapes(given);
        for (const [i, shape] of own.entries()) shapes[outputs[i]!] = shape;
        if (!isSame && layer.weightSpecs(given).some(({ shape }, i) => !sameShape(shape, weights[i]!.shape))) {
          throw new RangeError(`expected an input that fits its weights, got one of shape ${given.map(formatShape)}`);
        }
      } catch (error) {
        throw isSame ? error : new RangeError(`layer "${path}": ${(error as Error).message}; ${UNCROPPED}`);
      }
    }
    this.#inferenceShapes = shapes;
    return shapes;
  }

  /** Records all nodes on the inputs; gives the outputs. */
  record(program: ProgramBuilder, inputs: readonly Region[]): Region[] {
    const units = program.learns ? this.units : this.#inferenceUnits;
    const values = this.#recordUnits(program, units, inputs);
    return this.outputs.map((value) => values[value]!);
  }

  /** Records the nodes one by one, none of them together, as far as these values need them; gives the values. */
  recordValues(program: ProgramBuilder, inputs: readonly Region[], wanted: readonly number[]): Region[] {
    const needed = new Set(wanted);
    const nodes: Node[] = [];
    for (const node of [...this.nodes].reverse()) {
      if (!node.outputs.some((value) => needed.has(value))) continue;
      nodes.unshift(node);
      for (const value of node.inputs) needed.add(value);
    }
    const values = this.#recordUnits(program, nodes.map(unitOf), inputs);
    return wanted.map((value) => values[value]!);
  }

  #recordUnits(program: ProgramBuilder, units: readonly Unit[], inputs: readonly Region[]): Region[] {
    const values: Region[] = [];
    for (const [i, value] of this.inputs.entries()) values[value] = inputs[i]!;
    for (const unit of units) {
      program.position = unit.position;
      program.training = unit.training ?? program.learns;
      program.trainable = unit.trainable;
      const outputs = program.apply(
        unit.recordable,
        unit.inputs.map((value) => values[value]!),
        unit.weights,
      );
      for (const [i, value] of unit.outputs.entries()) values[value] = outputs[i]!;
    }
    return values;
  }

  /** Samples in a shard: a number of the model, the shapes of its inputs and the batch size, never of the machine. */
  shardSamples(batchSize: number): number {
    const most = Math.max(1, Math.floor(SHARD_BYTES / (4 * this.sampleNumbers)));
    return Math.min(most, Math.ceil(batchSize / SHARDS));
  }

  /** How many numbers its inputs and the outputs of its units are, for one sample. */
  get sampleNumbers(): number {
    const values = [...this.inputs, ...this.units.flatMap(({ outputs }) => outputs)];
    return values.reduce((sum, value) => sum + sizeOf(this.shapes[value]!), 0);
  }

  /** Binary packs and the like that layers bring in late. */
  async load(): Promise<void> {
    for (const { layer } of this.nodes) await layer.load();
  }
}

/**
 * The weights of a model: copies of its layers' variables, each once, at its first place; trained or not as `compile` found it. As in Keras
 * the flags of the layer and of the outermost model count: one of a model inside says what its layers were set to when it was set.
 */
export class Weights {
  readonly held: readonly HeldVariable[];
  readonly #byVariable: ReadonlyMap<Variable, Weight>;

  /** @param isTrained whether the outermost model is; default: it is */
  constructor(
    readonly graph: Graph,
    readonly isTrained: () => boolean = () => true,
  ) {
    const held = new Map<Variable, Weight>();
    const add = ({ layers }: Graph, path: string) => {
      for (const layer of layers) {
        if (layer.graph) {
          add(layer.graph, `${path}${layer.name}/`);
          continue;
        }
        const learns = isTrained() && layer.trainable;
        for (const variable of layer.variables) {
          if (held.has(variable)) continue;
          const name = `${path}${layer.name}/${variable.name}`;
          held.set(variable, new Weight(name, variable.shape, learns && variable.trainable));
        }
      }
    };
    add(graph, "");
    this.held = Array.from(held, ([variable, weight]) => ({ variable, weight }));
    this.#byVariable = held;
  }

  /** In Keras' order: layer by layer. */
  get all(): readonly Weight[] {
    return this.held.map(({ weight }) => weight);
  }

  /** As they would be made now, after layers may have been frozen or thawed. */
  renewed(): Weights {
    return new Weights(this.graph, this.isTrained);
  }

  of(layer: Layer): readonly Weight[] {
    return layer.variables.map((variable) => this.#byVariable.get(variable)!);
  }
}

interface Around {
  readonly path: string;
  /** What was said where a model around was called: counts more than what is said inside it, as in Keras. */
  readonly training: boolean | undefined;
}

/** Takes a graph apart into nodes and values. */
class Walk {
  readonly nodes: Node[] = [];
  readonly shapes: Shape[] = [];
  readonly #from: (Node | undefined)[] = [];
  #position = 0;

  constructor(readonly weights: Weights) {}

  value(shape: Shape, node?: Node): number {
    this.#from.push(node);
    return this.shapes.push(shape) - 1;
  }

  /** The nodes of a graph on these values; gives the numbers of its outputs. */
  expand(graph: Graph, inputs: readonly number[], around: Around): number[] {
    const values = new Map<SymbolicTensor, number>();
    for (const [i, tensor] of graph.inputs.entries()) values.set(tensor, inputs[i]!);
    for (const call of graph.calls) {
      const { layer } = call;
      if (call.outputs.every((output) => values.has(output)) || layer instanceof InputLayer) continue;
      const taken = call.inputs.map((tensor) => values.get(tensor)!);
      const training = around.training ?? call.training;
      const given = layer.graph
        ? this.expand(layer.graph, taken, { path: `${around.path}${layer.name}/`, training })
        : this.#add(layer, taken, { path: around.path, training });
      for (const [i, output] of call.outputs.entries()) if (!values.has(output)) values.set(output, given[i]!);
    }
    return graph.outputs.map((output) => values.get(output)!);
  }

  #add(layer: Layer, inputs: readonly number[], { path, training }: Around): readonly number[] {
    let shapes: readonly Shape[];
    try {
      const given = inputs.map((value) => this.shapes[value]!);
      shapes = training === false ? layer.inferenceShapes(given) : layer.outputShapes(given);
      // Inside a model nothing else looks whether the sizes are those that its weights were made for.
      layer.checkInputs(given);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      const ways = inputs.map((value) => this.#way(value)).join(" and ");
      throw new RangeError(`layer "${path}${layer.name}": ${error.message}; shapes: ${ways}`);
    }
    const outputs: number[] = [];
    const weights = this.weights.of(layer);
    const position = this.#position++;
    const { trainable } = layer;
    const node = { layer, path: path + layer.name, position, inputs, outputs, weights, training, trainable };
    this.nodes.push(node);
    for (const shape of shapes) outputs.push(this.value(shape, node));
    return outputs;
  }

  /** How a value came about: `(28, 28, 1) -> conv2d (26, 26, 32)`. */
  #way(value: number): string {
    const steps: string[] = [];
    for (let at: number | undefined = value; at !== undefined; ) {
      const node: Node | undefined = this.#from[at];
      steps.unshift(`${node ? `${node.path} ` : ""}${formatShape(this.shapes[at]!)}`);
      at = node?.inputs[0];
    }
    return steps.join(" -> ");
  }
}

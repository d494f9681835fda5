import type { Layer } from "../layers/base/layer.js";
import { type Graph, makeCall, type OpenShape, type SymbolicTensor } from "../layers/base/symbolic.js";
import { layerFromConfig } from "../layers/registry.js";
import { chainOf } from "./chain.js";
import { CompositeLayer } from "./composite.js";
import { graphOf } from "./graph.js";
import type { LayerSnapshot, ModelSnapshot, TensorRef, Tensors } from "./snapshot.js";

/** What a snapshot says of a model: its layers, new ones without numbers, and the graph that they make. */
export interface ModelParts {
  readonly layers: readonly Layer[];
  /** Undefined for a chain that does not know its input. */
  readonly graph: Graph | undefined;
  readonly inputNames: readonly string[] | undefined;
  readonly outputNames: readonly string[] | undefined;
}

/** Makes a model inside a model of its parts. */
export type MakeModel = (snapshot: ModelSnapshot, parts: ModelParts) => Layer;

/**
 * The parts of a model.
 * @throws Error, TypeError, RangeError if they do not fit, or a layer is not known
 */
export function partsOf(snapshot: ModelSnapshot, makeModel: MakeModel = skeleton): ModelParts {
  const layers = snapshot.layers.map((row) => layerOf(row, makeModel));
  if (snapshot.className !== "Functional") {
    const { inputShape } = snapshot;
    const graph = inputShape ? chainOf(inputShape, layers) : undefined;
    return { layers, graph, inputNames: undefined, outputNames: undefined };
  }
  const tensors = callAll(snapshot.layers, layers);
  const find = (given: Tensors | undefined) => namedTensors(given!, tensors);
  const [inputs, outputs] = [find(snapshot.inputs), find(snapshot.outputs)];
  const graph = graphOf(`model "${snapshot.name}"`, inputs.tensors, outputs.tensors);
  return { layers, graph, inputNames: inputs.names, outputNames: outputs.names };
}

function layerOf({ className, config, model }: LayerSnapshot, makeModel: MakeModel): Layer {
  if (!model) return layerFromConfig(className, config);
  const made = makeModel(model, partsOf(model, makeModel));
  if (config.trainable === false && made instanceof CompositeLayer) made.freeze();
  return made;
}

type MadeTensors = ReadonlyMap<string, readonly (readonly SymbolicTensor[])[]>;

/** Calls all layers as the rows say, each call after those that it takes tensors from; gives the tensors by layer and call. */
function callAll(rows: readonly LayerSnapshot[], layers: readonly Layer[]): MadeTensors {
  const made = new Map<string, (readonly SymbolicTensor[])[]>(layers.map(({ name }) => [name, []]));
  let waiting = rows.flatMap(({ calls = [] }, l) => calls.map((call) => ({ layer: layers[l]!, call })));
  while (waiting.length > 0) {
    const later: typeof waiting = [];
    const held = new Set<Layer>();
    for (const one of waiting) {
      const { layer, call } = one;
      const inputs = call.inputs.map(([name, at, tensor]) => made.get(name)?.[at]?.[tensor]);
      // The calls of a layer keep their order.
      if (held.has(layer) || inputs.includes(undefined)) {
        held.add(layer);
        later.push(one);
      } else made.get(layer.name)!.push(makeCall(layer, inputs as SymbolicTensor[], call.training).outputs);
    }
    if (later.length === waiting.length) {
      const names = later.map(({ layer }) => `"${layer.name}"`).join(", ");
      throw new RangeError(
        `model: expected layers that take what others give, got ${names}, which wait for each other`,
      );
    }
    waiting = later;
  }
  return made;
}

function namedTensors(given: Tensors, made: MadeTensors) {
  const find = ([name, call, tensor]: TensorRef): SymbolicTensor => {
    const found = made.get(name)?.[call]?.[tensor];
    if (found) return found;
    throw new RangeError(`model: expected a tensor of a layer, got ${tensor} of call ${call} of "${name}"`);
  };
  if (!Array.isArray(given)) {
    // By name, as a model goes through records.
    const names = Object.keys(given).sort();
    return { names, tensors: names.map((name) => find((given as Readonly<Record<string, TensorRef>>)[name]!)) };
  }
  const list = typeof given[0] === "string" ? [given as unknown as TensorRef] : (given as readonly TensorRef[]);
  return { names: undefined, tensors: list.map(find) };
}

/** A model inside a model, as far as its shapes and weights go. */
class Skeleton extends CompositeLayer {
  #graph: Graph | undefined;
  readonly #layers: readonly Layer[];

  constructor(name: string, { graph, layers }: ModelParts) {
    super("Functional", { name });
    this.#graph = graph;
    this.#layers = layers;
  }

  override get graph(): Graph | undefined {
    return this.#graph;
  }

  get layers(): readonly Layer[] {
    return this.#layers;
  }

  protected buildFor([shape]: readonly OpenShape[]): Graph {
    this.#graph = chainOf(shape!, this.#layers);
    return this.#graph;
  }
}

function skeleton({ name }: ModelSnapshot, parts: ModelParts): Layer {
  return new Skeleton(name, parts);
}

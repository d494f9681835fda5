import { checkOptions, show } from "../base/check.js";
import { seeThroughProxies } from "../base/raw.js";
import { graphOf, replayCalls } from "../graph/graph.js";
import type { Layer } from "../layers/base/layer.js";
import { type ApplyOptions, applyLayer, checkTensors, type Graph, SymbolicTensor } from "../layers/base/symbolic.js";
import { InputLayer } from "../layers/core/inputLayer.js";
import { BaseModel } from "./baseModel.js";
import type { ModelOptions } from "./options.js";

/** One tensor, several, or several by name. */
export type TensorsOption = SymbolicTensor | readonly SymbolicTensor[] | Readonly<Record<string, SymbolicTensor>>;

/** Options of `Model`. */
export interface GraphOptions extends ModelOptions {
  /** What `input()` gave, or any other tensor: the model then begins there. By name where data is to have other names than inputs. */
  inputs: TensorsOption;
  /** What layers gave. An output's name is its key here, else the name of its layer. */
  outputs: TensorsOption;
}

interface NamedTensors {
  /** Undefined where there was no record. */
  readonly names: readonly string[] | undefined;
  readonly tensors: readonly SymbolicTensor[];
}

function tensorsOf(where: string, given: unknown): NamedTensors {
  const isRecord =
    typeof given === "object" && given !== null && !Array.isArray(given) && !(given instanceof SymbolicTensor);
  if (!isRecord) return { names: undefined, tensors: checkTensors(where, given) };
  // As Keras, which goes through records in the order of their names: that of layers and weights follows from it.
  const names = Object.keys(given).sort();
  const tensors = names.map((name) => (given as Readonly<Record<string, unknown>>)[name]);
  return { names, tensors: checkTensors(where, tensors) };
}

/** A graph of layers that can be trained: Keras' functional `Model`. Wrong calls change nothing. */
export class Model extends BaseModel {
  readonly #graph: Graph;
  readonly #inputNames: readonly string[];
  readonly #outputNames: readonly string[];
  /** Whether inputs and outputs were given by name. */
  readonly #byName: { readonly inputs: boolean; readonly outputs: boolean };

  /**
   * @throws TypeError for what are no tensors; RangeError if an output does not come from the inputs, if a name stands for two
   *   layers, inputs or outputs
   */
  constructor(options: GraphOptions) {
    checkOptions("Model", options, ["inputs", "outputs", "name", "seed"]);
    super("Functional", "Model", options);
    const given = tensorsOf("Model.inputs", options.inputs);
    const outputs = tensorsOf("Model.outputs", options.outputs);
    this.#graph = fromInputs(given.tensors, outputs.tensors);
    this.#inputNames = given.names ?? this.#graph.inputs.map(({ name }) => name);
    this.#outputNames = outputs.names ?? this.#graph.outputs.map(({ name }) => name);
    this.#byName = { inputs: given.names !== undefined, outputs: outputs.names !== undefined };
    checkUnique("inputs", this.#inputNames);
    checkUnique("outputs", this.#outputNames);
    this.initializeWeights();
  }

  override get graph(): Graph {
    return this.#graph;
  }

  /** In Keras' order, with those of the inputs. A copy of the list. */
  get layers(): readonly Layer[] {
    return [...this.#graph.layers];
  }

  get inputNames(): readonly string[] {
    return this.#inputNames;
  }

  get outputNames(): readonly string[] {
    return this.#outputNames;
  }

  /** Whether inputs and outputs were given as records: files keep that. */
  get byName(): { readonly inputs: boolean; readonly outputs: boolean } {
    return this.#byName;
  }

  protected buildFor(): Graph {
    return this.#graph;
  }

  /** The model on tensors, as a layer of another. Of several outputs the first: see `applyAll`. */
  override apply(inputs: SymbolicTensor | readonly SymbolicTensor[], options: ApplyOptions = {}): SymbolicTensor {
    return this.applyAll(inputs, options)[0]!;
  }

  /** The model on tensors, as a layer of another: all its outputs, in order. */
  applyAll(inputs: SymbolicTensor | readonly SymbolicTensor[], options: ApplyOptions = {}): readonly SymbolicTensor[] {
    return applyLayer(this, inputs, options);
  }
}

seeThroughProxies(Model);

function checkUnique(what: string, names: readonly string[]): void {
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice === undefined) return;
  throw new RangeError(
    `Model.${what}: expected each name once, got ${show(twice)} twice; give ${what} as a record by name`,
  );
}

/** The graph between these tensors. Where an input comes from a layer, an input of its own takes its place. */
function fromInputs(inputs: readonly SymbolicTensor[], outputs: readonly SymbolicTensor[]): Graph {
  const graph = graphOf("Model", inputs, outputs);
  if (inputs.every(({ call }) => call.layer instanceof InputLayer)) return graph;
  const replaced = new Map<SymbolicTensor, SymbolicTensor>();
  for (const tensor of inputs) {
    const isInput = tensor.call.layer instanceof InputLayer;
    replaced.set(tensor, isInput ? tensor : new InputLayer({ shape: tensor.shape }).tensor);
  }
  const given = new Set(inputs.map(({ call }) => call));
  const calls = graph.calls.filter((call) => !given.has(call));
  replayCalls(calls, replaced, (layer) => layer, false);
  return graphOf(
    "Model",
    inputs.map((tensor) => replaced.get(tensor)!),
    outputs.map((tensor) => replaced.get(tensor)!),
  );
}

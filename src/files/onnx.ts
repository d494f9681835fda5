import { checkBoolean, checkChoice, checkOptions } from "../base/check.js";
import type { Bytes } from "../engine/kernels/kinds.js";
import { Block } from "../graph/block.js";
import type { ModelSnapshot } from "../graph/snapshot.js";
import type { Layer } from "../layers/base/layer.js";
import type { Graph, SymbolicTensor } from "../layers/base/symbolic.js";
import { InputLayer } from "../layers/core/inputLayer.js";
import { layerClass } from "../layers/registry.js";
import { outputNames } from "./compileSettings.js";
import { exportActivation } from "./onnx/activations.js";
import { type Config, Unsupported } from "./onnx/exporter.js";
import { EXPORTERS, isEachAlone } from "./onnx/exporters.js";
import { type Numbers, OnnxGraphBuilder, type Value } from "./onnx/graph.js";
import { encodeOnnx } from "./onnx/proto.js";
import { dataOf, expectedWeights, leafLayers } from "./weightNames.js";

/** What every onnxruntime from 1.14 on reads; our operators have not changed since opset 13 in what we use of them. */
const OPSET = 17;
const IR_VERSION = 8;
/** The longest message of protobuf. */
const MOST_BYTES = 2 ** 31 - 1;

/** Options of `writeOnnx`. */
export interface OnnxOptions {
  /**
   * How images lie in the inputs, and in outputs that are images. "nhwc": as in `predict`, with one transposition at the
   * input. "nchw": as in PyTorch, without it. Default "nhwc".
   */
  layout?: "nhwc" | "nchw";
  /** Whether weights are held in half the bytes, rounded; all is still computed in 32 bits. Default false. */
  float16?: boolean;
}

/**
 * The bytes of an `.onnx` file that computes what `predict` does: opset 17, inputs and outputs of 32-bit floats and any number of
 * samples. They are called "input" and "output"; where there are several, as the model calls them. Sizes that are open stay so.
 * @throws Error for a model without an input shape, RangeError with all layers that ONNX cannot say, for weights too large for
 *   halves and for models of 2 GiB, TypeError for wrong options
 */
export function writeOnnx(snapshot: ModelSnapshot, options: OnnxOptions = {}): Bytes {
  checkOptions("writeOnnx", options, ["layout", "float16"]);
  const layout = checkChoice("writeOnnx.layout", options.layout ?? "nhwc", ["nhwc", "nchw"]);
  const float16 = checkBoolean("writeOnnx.float16", options.float16 ?? false);
  checkClasses(snapshot);
  const model = expectedWeights(snapshot);
  const { graph } = model;
  if (!graph) throw new Error("writeOnnx: expected a model that knows its input shape, got none");
  const data = dataOf(snapshot, model);
  const numbers = [...data.values()].reduce((sum, { length }) => sum + length, 0);
  if (numbers * (float16 ? 2 : 4) > MOST_BYTES) {
    throw new RangeError(`writeOnnx: expected weights of less than 2 GiB, got ${numbers} numbers`);
  }
  const inputNames = namesOf(snapshot.inputs, graph);
  const names = { inputs: inputNames.length === 1 ? ["input"] : inputNames, outputs: outputNames(snapshot) };
  const outputs = names.outputs.length === 1 ? ["output"] : names.outputs.map((name) => freeName(name, names.inputs));
  const builder = new OnnxGraphBuilder([...names.inputs, ...outputs], float16);
  const channelsFirst = layout === "nchw";
  const inputs = graph.inputs.map(({ sizes }, i): Value => {
    return { name: names.inputs[i]!, shape: sizes, channelsFirst: channelsFirst && sizes.length === 3 };
  });
  const numbersOf = new Map(
    leafLayers(model).flatMap(({ layer, weights }) =>
      layer.namedVariables.map(({ variable }, i) => [variable, data.get(weights[i]!)!] as const),
    ),
  );
  const weightsOf = (layer: Layer) =>
    Object.fromEntries(
      layer.namedVariables.map(({ name, variable }) => {
        return [name, { shape: variable.shape, data: numbersOf.get(variable)! }];
      }),
    );
  const refused: string[] = [];
  const values = exportGraph(builder, graph, inputs, {
    ...{ path: "", names: undefined, weightsOf },
    refuse: (problem) => refused.push(problem),
  });
  refuse(refused);
  const ends = values.map((value, i) => {
    return [outputs[i]!, builder.toLayout(value, channelsFirst && value.shape.length === 3)] as const;
  });
  return encodeOnnx({
    ...{ irVersion: IR_VERSION, opset: OPSET, producer: "wasm-cnn" },
    graph: builder.finish(snapshot.name, inputs, ends),
  });
}

const NO_FORM = "no form in ONNX";

/** @throws RangeError with all layers that have no exporter, models inside included; blocks are taken apart later */
function checkClasses(snapshot: ModelSnapshot): void {
  const problems = ({ layers }: ModelSnapshot, around = ""): string[] =>
    layers.flatMap(({ className, config, model }) => {
      const path = around + String(config.name);
      if (model) return problems(model, `${path}/`);
      const isKnown = className === "InputLayer" || Object.hasOwn(EXPORTERS, className);
      const isBlock = layerClass(className)?.prototype instanceof Block;
      return isKnown || isBlock ? [] : [`${path} (${className}): ${NO_FORM}`];
    });
  refuse(problems(snapshot));
}

/** @throws RangeError if there are any */
function refuse(problems: readonly string[]): void {
  if (problems.length === 0) return;
  const list = problems.map((problem) => `\n- ${problem}`).join("");
  throw new RangeError(`writeOnnx: expected layers that ONNX can say, got:${list}`);
}

function namesOf(inputs: ModelSnapshot["inputs"], graph: Graph): readonly string[] {
  return inputs && !Array.isArray(inputs) ? Object.keys(inputs) : graph.inputs.map(({ name }) => name);
}

function freeName(name: string, taken: readonly string[]): string {
  return taken.includes(name) ? `${name}/output` : name;
}

interface Export {
  /** Of the models and blocks around: `encoder/`. */
  readonly path: string;
  /** Of layers in a block, which have names of its own. */
  readonly names: ReadonlyMap<Layer, string> | undefined;
  readonly weightsOf: (layer: Layer) => Readonly<Record<string, Numbers>>;
  /** Takes what ONNX cannot say. */
  readonly refuse: (problem: string) => void;
}

/** The nodes of a graph on these values, models and blocks inside taken apart; gives its outputs. */
function exportGraph(builder: OnnxGraphBuilder, graph: Graph, inputs: readonly Value[], how: Export): readonly Value[] {
  const values = new Map<SymbolicTensor, Value>(graph.inputs.map((tensor, i) => [tensor, inputs[i]!]));
  for (const call of graph.calls) {
    const { layer } = call;
    if (layer instanceof InputLayer) continue;
    const taken = call.inputs.map((tensor) => values.get(tensor)!);
    const inside = () => ({
      ...how,
      path: `${pathOf(layer, how)}/`,
      names: layer instanceof Block ? layer.layerNames : undefined,
    });
    const made = layer.graph
      ? exportGraph(builder, layer.graph, taken, inside())
      : [exportLayer(builder, layer, taken, () => anyOrder(graph, call.outputs[0]!), how)];
    for (const [i, output] of call.outputs.entries()) values.set(output, made[i]!);
  }
  return graph.outputs.map((tensor) => values.get(tensor)!);
}

function pathOf(layer: Layer, { path, names }: Export): string {
  return path + (names?.get(layer) ?? layer.name);
}

function exportLayer(
  builder: OnnxGraphBuilder,
  layer: Layer,
  inputs: readonly Value[],
  anyOrder: () => boolean,
  how: Export,
): Value {
  const { weightsOf, refuse } = how;
  const path = pathOf(layer, how);
  builder.layer = path;
  const config = layer.config() as unknown as Config;
  const [shape] = layer.inferenceShapes(inputs.map((input) => input.shape));
  // Only a layer that works on each number alone, or a dense one, may get them in another order.
  const isAnyOrder = isEachAlone(layer) || layer.className === "Dense";
  const taken = isAnyOrder
    ? inputs
    : inputs.map((input) => (input.flattened === undefined ? input : builder.toLayout(input, false)));
  try {
    const exporter = EXPORTERS[layer.className];
    if (!exporter) throw new Unsupported(NO_FORM);
    const weights = weightsOf(layer);
    const value = exporter(builder, { inputs: taken, shape: shape!, config, weights, anyOrder });
    return config.activation === undefined ? value : exportActivation(builder, value, config.activation);
  } catch (error) {
    if (!(error instanceof Unsupported)) throw error;
    refuse(`${path} (${layer.className}): ${error.message}`);
    return { name: "", shape: shape!, channelsFirst: false };
  }
}

/** Whether all that take a tensor do not mind the order of its numbers: a dense layer takes them as they come. */
function anyOrder(graph: Graph, tensor: SymbolicTensor): boolean {
  if (graph.outputs.includes(tensor)) return false;
  const consumers = graph.calls.filter(({ inputs }) => inputs.includes(tensor));
  return consumers.every(
    ({ layer, outputs }) => layer.className === "Dense" || (isEachAlone(layer) && anyOrder(graph, outputs[0]!)),
  );
}

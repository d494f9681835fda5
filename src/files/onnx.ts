import { checkBoolean, checkChoice, checkOptions } from "../base/check.js";
import type { Bytes } from "../engine/kernels/kinds.js";
import type { ModelSnapshot } from "../graph/snapshot.js";
import type { Layer } from "../layers/base/layer.js";
import type { Graph, SymbolicTensor } from "../layers/base/symbolic.js";
import { InputLayer } from "../layers/core/inputLayer.js";
import { outputNames } from "./compileSettings.js";
import { exportActivation } from "./onnx/activations.js";
import { type Config, Unsupported } from "./onnx/exporter.js";
import { EXPORTERS, isEachAlone } from "./onnx/exporters.js";
import { type Numbers, OnnxGraphBuilder, type Value } from "./onnx/graph.js";
import { encodeOnnx } from "./onnx/proto.js";
import { dataOf, type ExpectedLayer, expectedWeights, leafLayers } from "./weightNames.js";

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
  const layers = new Map(leafLayers(model).map((layer) => [layer.layer, layer]));
  const weights = (layer: ExpectedLayer) =>
    Object.fromEntries(layer.weights.map((weight) => [weight.name, { shape: weight.shape, data: data.get(weight)! }]));
  const refused: string[] = [];
  const values = exportGraph(builder, graph, inputs, {
    describe: (layer) => {
      const expected = layers.get(layer)!;
      return { path: expected.path, weights: weights(expected) };
    },
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

/** @throws RangeError with all layers that have no exporter, models inside included */
function checkClasses(snapshot: ModelSnapshot): void {
  const problems = ({ layers }: ModelSnapshot, around = ""): string[] =>
    layers.flatMap(({ className, config, model }) => {
      const path = around + String(config.name);
      if (model) return problems(model, `${path}/`);
      const isKnown = className === "InputLayer" || Object.hasOwn(EXPORTERS, className);
      return isKnown ? [] : [`${path} (${className}): no form in ONNX`];
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
  readonly describe: (layer: Layer) => { path: string; weights: Readonly<Record<string, Numbers>> };
  /** Takes what ONNX cannot say. */
  readonly refuse: (problem: string) => void;
}

/** The nodes of a graph on these values, models inside taken apart; gives its outputs. */
function exportGraph(builder: OnnxGraphBuilder, graph: Graph, inputs: readonly Value[], how: Export): readonly Value[] {
  const values = new Map<SymbolicTensor, Value>(graph.inputs.map((tensor, i) => [tensor, inputs[i]!]));
  for (const call of graph.calls) {
    const { layer } = call;
    if (layer instanceof InputLayer) continue;
    const taken = call.inputs.map((tensor) => values.get(tensor)!);
    const made = layer.graph
      ? exportGraph(builder, layer.graph, taken, how)
      : [exportLayer(builder, layer, taken, () => anyOrder(graph, call.outputs[0]!), how)];
    for (const [i, output] of call.outputs.entries()) values.set(output, made[i]!);
  }
  return graph.outputs.map((tensor) => values.get(tensor)!);
}

function exportLayer(
  builder: OnnxGraphBuilder,
  layer: Layer,
  inputs: readonly Value[],
  anyOrder: () => boolean,
  { describe, refuse }: Export,
): Value {
  const { path, weights } = describe(layer);
  builder.layer = path;
  const config = layer.config() as unknown as Config;
  const [shape] = layer.inferenceShapes(inputs.map((input) => input.shape));
  // Only a layer that works on each number alone, or a dense one, may get them in another order.
  const isAnyOrder = isEachAlone(layer) || layer.className === "Dense";
  const taken = isAnyOrder
    ? inputs
    : inputs.map((input) => (input.flattened === undefined ? input : builder.toLayout(input, false)));
  try {
    const value = EXPORTERS[layer.className]!(builder, { inputs: taken, shape: shape!, config, weights, anyOrder });
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

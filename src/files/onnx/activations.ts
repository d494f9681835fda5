import { show } from "../../base/check.js";
import type { OnnxGraphBuilder, Value } from "./graph.js";
import type { OnnxNode } from "./proto.js";

/** Operators that are activations by Keras' names. */
const OPERATORS: Readonly<Record<string, readonly [operator: string, attributes?: OnnxNode["attributes"]]>> = {
  relu: ["Relu"],
  sigmoid: ["Sigmoid"],
  tanh: ["Tanh"],
  elu: ["Elu", { alpha: { float: 1 } }],
  selu: ["Selu"],
  softplus: ["Softplus"],
  softsign: ["Softsign"],
  exponential: ["Exp"],
  leaky_relu: ["LeakyRelu", { alpha: { float: 0.2 } }],
  hard_sigmoid: ["HardSigmoid", { alpha: { float: 1 / 6 }, beta: { float: 0.5 } }],
  hard_silu: ["HardSwish"],
  hard_swish: ["HardSwish"],
};

/** The activation that ends a layer. @param activation as in its config @throws RangeError for one that ONNX has not */
export function exportActivation(graph: OnnxGraphBuilder, value: Value, activation: unknown): Value {
  const name = typeof activation === "string" ? activation : undefined;
  if (name === "linear") return value;
  if (name === "softmax") return graph.add("Softmax", [value], { axis: channelAxis(value) });
  if (name === "relu6") return clip(graph, value, 0, 6);
  if (name === "silu" || name === "swish") return graph.add("Mul", [value, graph.add("Sigmoid", [value])]);
  if (name === undefined || !Object.hasOwn(OPERATORS, name)) {
    const known = ["linear", "relu", "softmax", "relu6", "silu", ...Object.keys(OPERATORS).slice(1)].join(", ");
    throw new RangeError(`writeOnnx: expected activations among ${known}, got ${show(activation)}`);
  }
  const [operator, attributes] = OPERATORS[name]!;
  return graph.add(operator, [value], attributes);
}

/** With the batch axis. */
export function channelAxis({ shape, channelsFirst }: Value): number {
  return shape.length === 3 && channelsFirst ? 1 : -1;
}

export function clip(graph: OnnxGraphBuilder, value: Value, least: number, most: number): Value {
  return graph.add("Clip", [value, graph.scalar("least", least), graph.scalar("most", most)]);
}

import { show } from "../../base/check.js";
import { isObject } from "../jsonValue.js";
import { Unsupported } from "./exporter.js";
import { axisIn, type OnnxGraphBuilder, type Value } from "./graph.js";

type Options = Readonly<Record<string, unknown>>;
type Write = (graph: OnnxGraphBuilder, x: Value, options: Options) => Value;

/** One operator, with attributes that are floats: fixed ones, or an option's with its default. */
function operator(name: string, attributes: Readonly<Record<string, number | readonly [string, number]>> = {}): Write {
  return (graph, x, options) => {
    const entries = Object.entries(attributes).map(([key, value]) => {
      const float = typeof value === "number" ? value : ((options[value[0]] ?? value[1]) as number);
      return [key, { float }] as const;
    });
    return graph.add(name, [x], Object.fromEntries(entries));
  };
}

/** Two values, or one and a number. */
function binary(graph: OnnxGraphBuilder, name: string, a: Value, b: Value | number): Value {
  return graph.add(name, [a, typeof b === "number" ? graph.scalar(name.toLowerCase(), b) : b]);
}

/** With the batch axis. */
function channelAxis(x: Value): number {
  return x.channelsFirst ? 1 : -1;
}

export function clip(graph: OnnxGraphBuilder, value: Value, least: number, most: number): Value {
  return graph.add("Clip", [value, graph.scalar("least", least), graph.scalar("most", most)]);
}

/** `above` where x > threshold, else `below`. */
function choose(graph: OnnxGraphBuilder, x: Value, threshold: number, above: Value, below: Value | string): Value {
  const isAbove = graph.add("Greater", [x, graph.scalar("threshold", threshold)]);
  return graph.add("Where", [isAbove, above, below], {}, x);
}

/** min(x, most) where x > threshold, else slope (x - threshold); most is null where there is no bound. */
export function boundedRelu(
  graph: OnnxGraphBuilder,
  x: Value,
  { slope = 0, threshold = 0, most = null as number | null },
): Value {
  if (threshold === 0 && slope === 0) return most === null ? graph.add("Relu", [x]) : clip(graph, x, 0, most);
  if (threshold === 0 && most === null) return graph.add("LeakyRelu", [x], { alpha: { float: slope } });
  const above = most === null ? x : binary(graph, "Min", x, most);
  const below = slope === 0 ? graph.scalar("zero", 0) : binary(graph, "Mul", binary(graph, "Sub", x, threshold), slope);
  return choose(graph, x, threshold, above, below);
}

const gelu: Write = (graph, x, { approximate = false }) => {
  const inside = approximate
    ? binary(graph, "Mul", binary(graph, "Add", x, cubed(graph, x)), Math.sqrt(2 / Math.PI))
    : binary(graph, "Mul", x, Math.SQRT1_2);
  const bent = binary(graph, "Add", graph.add(approximate ? "Tanh" : "Erf", [inside]), 1);
  return binary(graph, "Mul", binary(graph, "Mul", x, bent), 0.5);
};

/** 0.044715 x^3 */
function cubed(graph: OnnxGraphBuilder, x: Value): Value {
  const square = graph.add("Mul", [x, x]);
  return binary(graph, "Mul", graph.add("Mul", [square, x]), 0.044715);
}

const silu: Write = (graph, x) => graph.add("Mul", [x, graph.add("Sigmoid", [x])]);

/** The threshold is the greatest of all (sum of the k greatest - 1) / k. */
const sparsemax: Write = (graph, given) => {
  const x = graph.toLayout(given, false);
  const channels = x.shape.at(-1)!;
  const sorted = graph.addWithUnused("TopK", [x, graph.integers("channels", [channels])], { axis: -1 });
  const sums = graph.add("CumSum", [sorted, graph.integers("axis", [-1])]);
  const counts = graph.constant("counts", {
    shape: [channels],
    data: Float32Array.from({ length: channels }, (_, i) => i + 1),
  });
  const shares = graph.add("Div", [binary(graph, "Sub", sums, 1), counts]);
  const threshold = graph.add("ReduceMax", [shares], { axes: [-1], keepdims: 1 });
  return graph.add("Relu", [graph.add("Sub", [x, threshold])]);
};

/** a sigmoid(b) of the halves of the channels. */
const glu: Write = (graph, x) => {
  const half = x.shape.at(-1)! / 2;
  const shape = [...x.shape.slice(0, -1), half];
  const [a, b] = [0, half].map((begin) => {
    const bounds = [begin, begin + half, axisIn(x, x.shape.length - 1)];
    const constants = bounds.map((value, i) => graph.integers(["starts", "ends", "axes"][i]!, [value]));
    return graph.add("Slice", [x, ...constants], {}, { shape });
  }) as [Value, Value];
  return graph.add("Mul", [a, graph.add("Sigmoid", [b])]);
};

/** What works on rows of channels and not on each number alone. */
const ROWS: Readonly<Record<string, Write>> = {
  softmax: (graph, x) => graph.add("Softmax", [x], { axis: channelAxis(x) }),
  log_softmax: (graph, x) => graph.add("LogSoftmax", [x], { axis: channelAxis(x) }),
  sparsemax,
  glu,
};

const hardSwish = operator("HardSwish");

/** By Keras' names. */
const ACTIVATIONS: Readonly<Record<string, Write>> = {
  linear: (_, x) => x,
  ...ROWS,
  relu: (graph, x, { negative_slope: slope, threshold, max_value: most }) =>
    boundedRelu(graph, x, { slope, threshold, most } as Parameters<typeof boundedRelu>[2]),
  relu6: (graph, x) => clip(graph, x, 0, 6),
  leaky_relu: operator("LeakyRelu", { alpha: ["negative_slope", 0.2] }),
  elu: operator("Elu", { alpha: ["alpha", 1] }),
  selu: operator("Selu"),
  celu: operator("Celu", { alpha: ["alpha", 1] }),
  gelu,
  gelu_new: (graph, x) => gelu(graph, x, { approximate: true }),
  silu,
  swish: silu,
  hard_silu: hardSwish,
  hard_swish: hardSwish,
  sigmoid: operator("Sigmoid"),
  hard_sigmoid: operator("HardSigmoid", { alpha: ["slope", 1 / 6], beta: 0.5 }),
  sparse_sigmoid: operator("HardSigmoid", { alpha: 0.5, beta: 0.5 }),
  log_sigmoid: (graph, x) => graph.add("Neg", [graph.add("Softplus", [graph.add("Neg", [x])])]),
  tanh: operator("Tanh"),
  hard_tanh: (graph, x) => clip(graph, x, -1, 1),
  tanh_shrink: (graph, x) => graph.add("Sub", [x, graph.add("Tanh", [x])]),
  soft_shrink: operator("Shrink", { lambd: ["threshold", 0.5], bias: ["threshold", 0.5] }),
  hard_shrink: operator("Shrink", { lambd: ["threshold", 0.5], bias: 0 }),
  threshold: (graph, x, { threshold, default_value }) =>
    choose(graph, x, threshold as number, x, graph.scalar("value", default_value as number)),
  softplus: operator("Softplus"),
  softsign: operator("Softsign"),
  exponential: operator("Exp"),
  mish: (graph, x) => graph.add("Mul", [x, graph.add("Tanh", [graph.add("Softplus", [x])])]),
  squareplus: (graph, x, { b = 4 }) => {
    const root = graph.add("Sqrt", [binary(graph, "Add", graph.add("Mul", [x, x]), b as number)]);
    return binary(graph, "Mul", binary(graph, "Add", x, root), 0.5);
  },
  // (t + 1)^2 / 4 + max(x - 1, 0), t = x within -1 and 1.
  sparse_plus: (graph, x) => {
    const half = binary(graph, "Mul", binary(graph, "Add", clip(graph, x, -1, 1), 1), 0.5);
    const rest = graph.add("Relu", [binary(graph, "Sub", x, 1)]);
    return binary(graph, "Add", graph.add("Mul", [half, half]), rest);
  },
};

/** The name of an activation in a config, and what it says besides. */
function parts(activation: unknown): readonly [name: unknown, options: Options] {
  if (!isObject(activation)) return [activation, {}];
  const { class_name, config } = activation;
  return [class_name, isObject(config) ? config : {}];
}

/** Whether it works on each number alone. */
export function isElementwise(activation: unknown): boolean {
  const [name] = parts(activation);
  return typeof name === "string" && Object.hasOwn(ACTIVATIONS, name) && !Object.hasOwn(ROWS, name);
}

/** The activation that ends a layer. @param activation as in its config @throws Unsupported for one that ONNX has not */
export function exportActivation(graph: OnnxGraphBuilder, value: Value, activation: unknown): Value {
  const [name, options] = parts(activation);
  if (typeof name === "string" && Object.hasOwn(ACTIVATIONS, name)) return ACTIVATIONS[name]!(graph, value, options);
  throw new Unsupported(`the activation ${show(name)}, which is none of Keras'`);
}

import { type Shape, sizeOf } from "../../engine/program/shape.js";
import { axesOf } from "../../layers/base/axes.js";
import type { ExportedCall, Exporter, Nested } from "./exporter.js";
import { axisIn, type Numbers, type OnnxGraphBuilder, type Value } from "./graph.js";

const filled = (shape: Shape, value: number): Numbers => ({ shape, data: new Float32Array(sizeOf(shape)).fill(value) });

/** Numbers along some axes of a sample, with size 1 along the others. */
function along(shape: Shape, axes: readonly number[], { data }: Numbers): Numbers {
  return { shape: shape.map((size, axis) => (axes.includes(axis) ? size : 1)), data };
}

/** gamma x + beta, each as far as it is there. */
function affine(
  graph: OnnxGraphBuilder,
  x: Value,
  axes: readonly number[],
  { gamma, beta }: ExportedCall["weights"],
): Value {
  const weight = (name: string, numbers: Numbers) => graph.perElement(name, x, along(x.shape, axes, numbers));
  const scaled = gamma ? graph.add("Mul", [x, weight("gamma", gamma)]) : x;
  return beta ? graph.add("Add", [scaled, weight("beta", beta)]) : scaled;
}

/** The mean over some axes of a sample, which stay with size 1. */
function mean(graph: OnnxGraphBuilder, x: Value, axes: readonly number[]): Value {
  return graph.add("ReduceMean", [x], { axes: axes.map((axis) => axisIn(x, axis)), keepdims: 1 });
}

function square(graph: OnnxGraphBuilder, x: Value): Value {
  return graph.add("Mul", [x, x]);
}

/** x / sqrt(variance + epsilon) */
function divide(graph: OnnxGraphBuilder, x: Value, variance: Value, epsilon: number): Value {
  const added = graph.add("Add", [variance, graph.scalar("epsilon", epsilon)]);
  return graph.add("Div", [x, graph.add("Sqrt", [added])]);
}

export const exportBatchNormalization: Exporter = (graph, { inputs: [given], config: { epsilon }, weights }) => {
  const { moving_mean: average, moving_variance: variance } = weights;
  const { gamma = filled(average!.shape, 1), beta = filled(average!.shape, 0) } = weights;
  const rank = given!.shape.length;
  const x = rank === 3 ? graph.toLayout(given!, true) : given!;
  if (rank === 1 || x.channelsFirst) {
    const all = Object.entries({ gamma, beta, mean: average!, variance: variance! });
    const constants = all.map(([name, values]) => graph.weight(name, values));
    return graph.add("BatchNormalization", [x, ...constants], { epsilon: { float: epsilon } });
  }
  // ONNX has channels at axis 1 there.
  const scale = gamma.data.map((value, c) => value / Math.sqrt(variance!.data[c]! + epsilon));
  const offset = beta.data.map((value, c) => value - average!.data[c]! * scale[c]!);
  const scaled = graph.add("Mul", [x, graph.weight("scale", { ...gamma, data: scale })]);
  return graph.add("Add", [scaled, graph.weight("offset", { ...gamma, data: offset })]);
};

export const exportLayerNormalization: Exporter = (graph, { inputs: [given], config, weights }) => {
  const { axis, epsilon } = config;
  const axes = axesOf(axis!, given!.shape);
  const isLast = axes[0]! + axes.length === given!.shape.length;
  if (isLast && !given!.channelsFirst) {
    const shape = axes.map((each) => given!.shape[each]!);
    const { gamma = filled(shape, 1), beta } = weights;
    const constants = [graph.weight("gamma", gamma), ...(beta ? [graph.weight("beta", beta)] : [])];
    const attributes = { axis: axes[0]! + 1, epsilon: { float: epsilon } };
    return graph.add("LayerNormalization", [given!, ...constants], attributes);
  }
  const centred = graph.add("Sub", [given!, mean(graph, given!, axes)]);
  const variance = mean(graph, square(graph, centred), axes);
  return affine(graph, divide(graph, centred, variance, epsilon), axes, weights);
};

/** One row for each group: an instance normalisation. */
export const exportGroupNormalization: Exporter = (graph, { inputs: [given], config, weights }) => {
  const x = graph.toLayout(given!, true);
  const channel = x.shape.length - 1;
  const groups = config.groups === -1 ? x.shape[channel]! : config.groups;
  const shape = graph.add("Shape", [x]);
  const rows = graph.add("Reshape", [x, graph.integers("groups", [0, groups, -1])]);
  const constants = [filled([groups], 1), filled([groups], 0)].map((numbers, i) =>
    graph.constant(["ones", "zeros"][i]!, numbers),
  );
  const normal = graph.add("InstanceNormalization", [rows, ...constants], { epsilon: { float: config.epsilon } });
  return affine(graph, graph.add("Reshape", [normal, shape], {}, x), [channel], weights);
};

export const exportRMSNormalization: Exporter = (graph, { inputs: [x], config, weights: { scale } }) => {
  const axes = axesOf(config.axis!, x!.shape);
  const variance = mean(graph, square(graph, x!), axes);
  return affine(graph, divide(graph, x!, variance, config.epsilon), axes, { gamma: scale });
};

export const exportUnitNormalization: Exporter = (graph, { inputs: [x], config }) =>
  graph.add("Div", [x!, graph.add("Sqrt", [leastSquares(graph, x!, axesOf(config.axis!, x!.shape), 1e-24)])]);

/** The sum of squares over some axes of a sample, at least `least`. */
export function leastSquares(graph: OnnxGraphBuilder, x: Value, axes: readonly number[], least: number): Value {
  const sum = graph.add("ReduceSumSquare", [x], { axes: axes.map((axis) => axisIn(x, axis)), keepdims: 1 });
  return graph.add("Max", [sum, graph.scalar("least", least)]);
}

const flat = (value: Nested): readonly number[] => (typeof value === "number" ? [value] : value.flatMap(flat));
/** What a deviation is at least. */
const LEAST = 1e-7;

export const exportNormalization: Exporter = (graph, { inputs: [x], config, weights }) => {
  const { axis, invert } = config;
  const given = axis === null || (Array.isArray(axis) && axis.length === 0) ? [] : axesOf(axis, x!.shape);
  const numbers = (value: Nested | null, weight: Numbers | undefined): Numbers =>
    weight ?? { shape: [], data: Float32Array.from(flat(value!)) };
  const [average, variance] = [numbers(config.mean, weights.mean), numbers(config.variance, weights.variance)];
  const deviation = variance.data.map((value) => Math.max(Math.sqrt(value), LEAST));
  const constant = (name: string, data: Float32Array) =>
    graph.perElement(name, x!, along(x!.shape, data.length === 1 ? [] : given, { shape: [], data }));
  const [a, b] = [constant("mean", average.data), constant("deviation", deviation)];
  return invert ? graph.add("Add", [graph.add("Mul", [x!, b]), a]) : graph.add("Div", [graph.add("Sub", [x!, a]), b]);
};

/** Each channel of an image stretched to the range; one of a single value stays. In training and at inference alike. */
export const exportAutoContrast: Exporter = (graph, { inputs: [x], config: { value_range } }) => {
  const [least, greatest] = value_range;
  const places = { axes: [0, 1].map((axis) => axisIn(x!, axis)), keepdims: 1 };
  const low = graph.add("ReduceMin", [x!], places);
  const span = graph.add("Sub", [graph.add("ReduceMax", [x!], places), low]);
  const share = graph.add("Div", [graph.add("Sub", [x!, low]), span]);
  const scaled = graph.add("Mul", [share, graph.scalar("span", greatest - least)]);
  const stretched = graph.add("Add", [scaled, graph.scalar("least", least)]);
  const isFlat = graph.add("Equal", [span, graph.scalar("zero", 0)]);
  return graph.add("Where", [isFlat, x!, stretched], {}, x!);
};

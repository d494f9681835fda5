import { sizeOf } from "../../engine/program/shape.js";
import { sampleAxis } from "../../layers/base/axis.js";
import { type ExportedCall, type Exporter, isOpen, listOf, Unsupported } from "./exporter.js";
import { axisIn, type OnnxGraphBuilder, type Value } from "./graph.js";
import { leastSquares } from "./normalization.js";

/** All inputs, lying alike: with channels first if one of them does. Shorter ones get axes of size 1 in front. */
function alike(graph: OnnxGraphBuilder, { inputs }: ExportedCall): readonly Value[] {
  const rank = Math.max(...inputs.map(({ shape }) => shape.length));
  if (inputs.every(({ shape }) => shape.length === rank)) {
    const channelsFirst = inputs.some((input) => input.channelsFirst);
    return inputs.map((input) => graph.toLayout(input, channelsFirst));
  }
  return inputs.map((input) => {
    const value = graph.toLayout(input, false);
    const added = Array.from({ length: rank - value.shape.length }, (_, i) => i + 1);
    if (added.length === 0) return value;
    const shape = [...added.map(() => 1), ...value.shape];
    return graph.add("Unsqueeze", [value, graph.integers("axes", added)], {}, { shape });
  });
}

/** Two at a time, as Keras does. */
export function exportMerge(operator: string): Exporter {
  return (graph, call) => {
    const [first, ...others] = alike(graph, call);
    const merged = others.reduce((sum, value) => graph.add(operator, [sum, value]), first!);
    return { ...merged, shape: call.shape };
  };
}

export const exportAverage: Exporter = (graph, call) => {
  const sum = exportMerge("Add")(graph, call);
  return graph.add("Mul", [sum, graph.scalar("share", 1 / call.inputs.length)]);
};

export const exportConcatenate: Exporter = (graph, call) => {
  const values = alike(graph, call);
  const [first] = values as readonly [Value];
  const axis = sampleAxis("axis", call.config.axis as number, first.shape);
  return graph.add("Concat", values, { axis: axisIn(first, axis) }, { shape: call.shape });
};

/** What a norm is at least, squared. */
const LEAST = 1e-14;

/** A product of matrices: (places of a, along the axis) by (along the axis, places of b). */
export const exportDot: Exporter = (graph, { inputs, shape, config: { axes, normalize } }) => {
  const [first, second] = listOf(axes);
  const given = [first!, second ?? first!];
  if (inputs.some((input) => isOpen(input.shape))) throw new Unsupported("sizes that are open");
  const [a, b] = inputs.map((input, i) => {
    const axis = sampleAxis("axes", given[i]!, input.shape);
    const norm = () => graph.add("Sqrt", [leastSquares(graph, input, [axis], LEAST)]);
    const value = normalize ? graph.add("Div", [input, norm()]) : input;
    const others = [...input.shape.keys()].filter((each) => each !== axis);
    const order = i === 0 ? [...others, axis] : [axis, ...others];
    const perm = [0, ...order.map((each) => axisIn(value, each))];
    const turned = perm.every((each, at) => each === at) ? value : graph.add("Transpose", [value], { perm });
    const [size, places] = [input.shape[axis]!, sizeOf(others.map((each) => input.shape[each]!))];
    const matrix = i === 0 ? [places, size] : [size, places];
    return graph.add("Reshape", [turned, graph.integers("shape", [0, ...matrix])]);
  }) as [Value, Value];
  const product = graph.add("MatMul", [a, b]);
  const sizes = graph.integers("shape", [0, ...shape]);
  return graph.add("Reshape", [product, sizes], {}, { shape, channelsFirst: false });
};

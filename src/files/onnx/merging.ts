import type { ExportedCall, Exporter } from "./exporter.js";
import type { OnnxGraphBuilder, Value } from "./graph.js";

/** All inputs, lying alike: as images do if one of them is laid out with channels first. */
function alike(graph: OnnxGraphBuilder, { inputs }: ExportedCall): readonly Value[] {
  const ranks = new Set(inputs.map(({ shape }) => shape.length));
  if (ranks.size > 1) {
    throw new RangeError(
      `writeOnnx: expected ${graph.layer} to merge inputs with as many axes each, got ${[...ranks].join(" and ")}`,
    );
  }
  const channelsFirst = inputs.some((input) => input.shape.length === 3 && input.channelsFirst);
  return inputs.map((input) => graph.toLayout(input, channelsFirst));
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

/** Keras' axis counts the batch as 0. */
export const exportConcatenate: Exporter = (graph, call) => {
  const values = alike(graph, call);
  const [first] = values as readonly [Value];
  const rank = first.shape.length + 1;
  const axis = call.config.axis < 0 ? call.config.axis + rank : call.config.axis;
  const turned = first.shape.length === 3 && first.channelsFirst;
  return graph.add("Concat", values, { axis: turned ? [0, 2, 3, 1][axis]! : axis }, { shape: call.shape });
};

import { axesOf } from "../../layers/base/axes.js";
import type { Exporter } from "./exporter.js";
import type { Value } from "./graph.js";

export const exportClip: Exporter = (graph, { inputs: [x], config: { min, max } }) => {
  const bounded = min === null ? x! : graph.add("Max", [x!, graph.scalar("min", min)]);
  return max === null ? bounded : graph.add("Min", [bounded, graph.scalar("max", max)]);
};

const REDUCTIONS = { sum: "ReduceSum", mean: "ReduceMean", max: "ReduceMax", min: "ReduceMin" } as const;

export const exportReduction: Exporter = (graph, { inputs: [x], shape, config: { operation, axis, keepdims } }) => {
  const axes = axesOf(axis!, x!.shape).map((each) => each + 1);
  const value = graph.toLayout(x!, false);
  const stay = { keepdims: Number(keepdims) };
  if (operation !== "sum") return graph.add(REDUCTIONS[operation], [value], { axes, ...stay }, { shape });
  return graph.add("ReduceSum", [value, graph.integers("axes", axes)], stay, { shape });
};

/** ONNX cuts at the ends what lies beyond them. */
const END = 2 ** 31 - 1;

export const exportSlice: Exporter = (graph, { inputs: [x], shape, config: { at } }) => {
  const named = at.filter((each) => each !== "newaxis" && each !== "...").length;
  const rest = new Array<null>(x!.shape.length - named).fill(null);
  const list = at.flatMap((each) => (each === "..." ? rest : [each]));
  const cuts: { axis: number; start: number; end: number; step: number }[] = [];
  const gone: number[] = [];
  const added: number[] = [];
  let axis = 0;
  let place = 0;
  for (const each of list) {
    place++;
    if (each === "newaxis") {
      added.push(place);
      continue;
    }
    axis++;
    if (typeof each === "number") {
      cuts.push({ axis, start: each, end: each === -1 ? END : each + 1, step: 1 });
      gone.push(axis);
      place--;
    } else if (each !== null) {
      const [from, to, by] = each as readonly (number | null)[];
      const step = by ?? 1;
      cuts.push({ axis, start: from ?? (step > 0 ? 0 : END), end: to ?? (step > 0 ? END : -END), step });
    }
  }
  const integers = (name: string, values: readonly number[]) => graph.integers(name, values);
  let value: Value = graph.toLayout(x!, false);
  if (cuts.length > 0) {
    const bounds = (["start", "end", "axis", "step"] as const).map((key) =>
      integers(
        key,
        cuts.map((cut) => cut[key]),
      ),
    );
    value = graph.add("Slice", [value, ...bounds]);
  }
  if (gone.length > 0) value = graph.add("Squeeze", [value, integers("gone", gone)]);
  if (added.length > 0) value = graph.add("Unsqueeze", [value, integers("added", added)]);
  return { ...value, shape, channelsFirst: false };
};

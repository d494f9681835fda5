import { type Config, type Exporter, isOpen, Unsupported } from "./exporter.js";
import { axisIn, inOrderOf, type OnnxGraphBuilder, type Value } from "./graph.js";

type Pair = readonly [number, number];

/** ONNX cuts at the end what lies beyond it. */
const END = 2 ** 31 - 1;

/** How much along each axis but the channels: sequences have one pair, images two. */
function sidesOf(value: Config["cropping"]): readonly Pair[] {
  return (typeof value[0] === "number" ? [value] : value) as readonly Pair[];
}

/** With a constant around. */
export function padded(graph: OnnxGraphBuilder, x: Value, sides: readonly Pair[], fill = 0): Value {
  const all = inOrderOf<Pair>(x, [...sides, [0, 0]]);
  const pads = graph.integers("pads", [0, ...all.map(([before]) => before), 0, ...all.map(([, after]) => after)]);
  const shape = x.shape.map((size, axis) => size + (sides[axis] ?? [0, 0]).reduce((sum, side) => sum + side));
  return graph.add("Pad", [x, pads, ...(fill === 0 ? [] : [graph.scalar("fill", fill)])], {}, { shape });
}

/** Without what is at the sides. */
function cropped(graph: OnnxGraphBuilder, x: Value, sides: readonly Pair[]): Value {
  const axes = [...sides.keys()].filter((axis) => sides[axis]!.some((side) => side > 0));
  if (axes.length === 0) return x;
  const shape = x.shape.map((size, axis) => size - (sides[axis] ?? [0, 0]).reduce((sum, side) => sum + side));
  const bounds = [
    graph.integers(
      "starts",
      axes.map((axis) => sides[axis]![0]),
    ),
    graph.integers(
      "ends",
      axes.map((axis) => (sides[axis]![1] === 0 ? END : -sides[axis]![1])),
    ),
    graph.integers(
      "axes",
      axes.map((axis) => axisIn(x, axis)),
    ),
  ];
  return graph.add("Slice", [x, ...bounds], {}, { shape });
}

/** A part of an image whose size is known. */
export function croppedTo(
  graph: OnnxGraphBuilder,
  x: Value,
  { top, left, height, width }: { top: number; left: number; height: number; width: number },
): Value {
  const [rows, columns] = x.shape as readonly [number, number, number];
  return cropped(graph, x, [
    [top, rows - top - height],
    [left, columns - left - width],
  ]);
}

export const exportZeroPadding: Exporter = (graph, { inputs: [x], config }) =>
  padded(graph, x!, sidesOf(config.padding as Config["cropping"]));

export const exportCropping: Exporter = (graph, { inputs: [x], config }) =>
  cropped(graph, x!, sidesOf(config.cropping));

/** From wherever the axes lie, at once. */
export const exportPermute: Exporter = (graph, { inputs: [x], shape, config: { dims } }) => {
  const perm = [0, ...dims.map((axis) => axisIn(x!, axis - 1))];
  if (perm.every((axis, i) => axis === i)) return { ...x!, shape, channelsFirst: false };
  return graph.add("Transpose", [x!], { perm }, { shape, channelsFirst: false });
};

/** Both take images with channels first, and the channels of a block row by row. */
export const exportBlocks =
  (operator: "DepthToSpace" | "SpaceToDepth"): Exporter =>
  (graph, { inputs: [x], shape, config: { block_size: blocksize } }) =>
    graph.add(operator, [graph.toLayout(x!, true)], { blocksize }, { shape, channelsFirst: true });

export const exportRepeatVector: Exporter = (graph, { inputs: [x], shape, config: { n } }) => {
  const row = graph.add("Unsqueeze", [x!, graph.integers("axes", [1])]);
  return graph.add("Expand", [row, graph.integers("sizes", [1, n, 1])], {}, { shape });
};

export const exportFlatten: Exporter = (graph, { inputs: [x], anyOrder }) => graph.flatten(x!, anyOrder());

export const exportReshape: Exporter = (graph, { inputs: [x], shape }) => {
  const open = shape.filter(Number.isNaN).length;
  if (open > 1) throw new Unsupported(`a shape with ${open} open sizes, of which ONNX finds out one`);
  const sizes = isOpen(shape) ? shape.map((size) => (Number.isNaN(size) ? -1 : size)) : shape;
  const value = graph.toLayout(x!, false);
  return graph.add("Reshape", [value, graph.integers("shape", [0, ...sizes])], {}, { shape });
};

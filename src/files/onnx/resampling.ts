import { instantiate } from "../../engine/kernels/instantiate.js";
import { text } from "../../engine/kernels/packs/resample.binary.generated.js";
import { resample } from "../../engine/kernels/packs/resample.generated.js";
import { cropToAspectRatio, padToAspectRatio } from "../../layers/reshaping/aspectRatio.js";
import { type Neighbours, tableOf } from "../../layers/reshaping/recordResample.js";
import { checkClosed, type Exporter, isOpen, listOf, Unsupported } from "./exporter.js";
import { axisIn, inOrderOf, type OnnxGraphBuilder, transpose, type Value } from "./graph.js";
import { croppedTo, padded } from "./shaping.js";

const PAGE = 2 ** 16;

/** The weights of all places of an axis for each output, (out, size), as our own kernel has them. */
function weightsOf(size: number, out: number, how: Neighbours): Float32Array {
  const { taps, elements, dims } = tableOf(size, out, how);
  const pages = Math.ceil((4 * elements) / PAGE);
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
  const kernels = instantiate([resample.take(text).module(false, false)], memory);
  kernels.resampleTable!(0, ...dims);
  const firsts = new Int32Array(memory.buffer);
  const table = new Float32Array(memory.buffer);
  const weights = new Float32Array(out * size);
  for (let o = 0; o < out; o++) {
    const entry = o * (taps + 1);
    weights.set(table.subarray(entry + 1, entry + 1 + taps), o * size + firsts[entry]!);
  }
  return weights;
}

/** One axis of images or sequences with channels first at another size: a product with the weights of all places. */
export function resampled(
  graph: OnnxGraphBuilder,
  value: Value,
  axis: number,
  { size: out, ...how }: Neighbours & { readonly size: number },
): Value {
  const size = value.shape[axis]!;
  if (size === out) return value;
  const weights = weightsOf(size, out, how);
  const shape = value.shape.with(axis, out);
  if (how.method === "nearest") {
    const places = Array.from({ length: out }, (_, o) => weights.subarray(o * size, (o + 1) * size).indexOf(1));
    return gathered(graph, value, axis, places);
  }
  const numbers = { shape: [out, size], data: weights };
  const isLast = axisIn(value, axis) === value.shape.length;
  if (!isLast) return graph.add("MatMul", [graph.constant("weights", numbers), value], {}, { shape });
  const turned = { shape: [size, out], data: transpose(numbers, [1, 0]) };
  return graph.add("MatMul", [value, graph.constant("weights", turned)], {}, { shape });
}

/** The places of an axis that are named. */
export function gathered(graph: OnnxGraphBuilder, value: Value, axis: number, places: readonly number[]): Value {
  const shape = value.shape.with(axis, places.length);
  return graph.add("Gather", [value, graph.integers("places", places)], { axis: axisIn(value, axis) }, { shape });
}

const LINEAR = { mode: "linear", coordinate_transformation_mode: "half_pixel" };
const REPEATED = { mode: "nearest", coordinate_transformation_mode: "asymmetric", nearest_mode: "floor" };

/** An image at another size. */
function resized(
  graph: OnnxGraphBuilder,
  x: Value,
  [height, width]: readonly [number, number],
  how: Neighbours,
): Value {
  if (isOpen(x.shape)) return resizedFromOpen(graph, x, [height, width], how);
  return [height, width].reduce((value, size, axis) => resampled(graph, value, axis, { size, ...how }), x);
}

/** Where sizes are open ONNX itself has to know the weights: of all of ours it has those of two lines alone. */
function resizedFromOpen(
  graph: OnnxGraphBuilder,
  x: Value,
  size: readonly [number, number],
  { method, antialias }: Neighbours,
): Value {
  if (method !== "bilinear" || antialias) {
    const what = `interpolation "${method}"${antialias ? " with antialias" : ""}`;
    throw new Unsupported(`${what} needs sizes that are known, got open ones: ONNX' Resize has other weights`);
  }
  const before = graph.add("Shape", [x], { start: 0, end: 2 });
  const sizes = graph.add("Concat", [before, graph.integers("size", size)], { axis: 0 });
  return graph.add("Resize", [x, "", "", sizes], LINEAR, { shape: [...size, x.shape[2]!] });
}

export const exportResizing: Exporter = (graph, { inputs: [given], config }) => {
  const { height, width, interpolation: method, antialias } = config;
  let x = graph.toLayout(given!, true);
  if (config.crop_to_aspect_ratio || config.pad_to_aspect_ratio) checkClosed(x, "an aspect ratio");
  if (config.crop_to_aspect_ratio) x = croppedTo(graph, x, cropToAspectRatio(x.shape, config));
  if (config.pad_to_aspect_ratio) {
    const frame = padToAspectRatio(x.shape, config);
    const [rows, columns] = x.shape as readonly [number, number, number];
    const sides = [
      [frame.top, frame.height - rows - frame.top],
      [frame.left, frame.width - columns - frame.left],
    ] as const;
    x = padded(graph, x, sides, config.fill_value);
  }
  return resized(graph, x, [height, width], { method, antialias });
};

/** The middle; of an image that is smaller the middle of that aspect ratio, brought to the size. */
export const exportCenterCrop: Exporter = (graph, { inputs: [x], config: { height, width } }) => {
  checkClosed(x!, "centerCrop");
  const [rows, columns] = x!.shape as readonly [number, number, number];
  if (rows >= height && columns >= width) {
    const [top, left] = [Math.trunc((rows - height) / 2), Math.trunc((columns - width) / 2)];
    return croppedTo(graph, x!, { top, left, height, width });
  }
  const part = croppedTo(graph, graph.toLayout(x!, true), cropToAspectRatio(x!.shape, { height, width }));
  return resized(graph, part, [height, width], { method: "bilinear", antialias: false });
};

/** Of images and of sequences. */
export const exportUpSampling: Exporter = (graph, { inputs: [given], shape, config }) => {
  const { size, interpolation: method = "nearest" } = config;
  const how = { method, antialias: false };
  const repeats = method === "nearest";
  const x = repeats ? given! : graph.toLayout(given!, true);
  const [height, width] = shape as readonly [number, number, number];
  if (!(repeats || (method === "bilinear" && isOpen(shape)))) return resized(graph, x, [height, width], how);
  const scales = Float32Array.of(1, ...inOrderOf(x, [...listOf(size), 1]));
  const constant = graph.constant("scales", { shape: [scales.length], data: scales });
  return graph.add("Resize", [x, "", constant], repeats ? REPEATED : LINEAR, { shape });
};

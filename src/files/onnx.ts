import { checkBoolean, checkChoice, checkOptions, show } from "../engine/check.js";
import type { Bytes } from "../engine/kinds.js";
import type { Shape } from "../engine/shape.js";
import type { LayerSnapshot, ModelSnapshot } from "../graph/snapshot.js";
import { type Padding, slide } from "../layers/padding.js";
import { OnnxGraphBuilder } from "./onnxGraph.js";
import { encodeOnnx } from "./onnxProto.js";

/** What every onnxruntime from 1.14 on reads; our operators have not changed since opset 13 in what we use of them. */
const OPSET = 17;
const IR_VERSION = 8;
/** The longest message of protobuf. */
const MOST_BYTES = 2 ** 31 - 1;

export interface OnnxOptions {
  /**
   * How images lie in the input, and in the output if it is of images. "nhwc": as in `predict`, with one transposition at the
   * input. "nchw": as in PyTorch, without it. Default "nhwc".
   */
  layout?: "nhwc" | "nchw";
  /** Whether weights are held in half the bytes, rounded; all is still computed in 32 bits. Default false. */
  float16?: boolean;
}

/** What Conv2D and MaxPooling2D say of their windows, and all layers of their activation. */
interface Config {
  readonly activation: string;
  readonly kernel_size: readonly [number, number];
  readonly pool_size: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly dilation_rate: readonly [number, number];
  readonly padding: Padding;
  readonly groups: number;
  readonly filters: number;
  readonly units: number;
  readonly scale: number;
  readonly offset: number;
}

type Exporter = (graph: OnnxGraphBuilder, layer: LayerSnapshot, config: Config, rest: readonly LayerSnapshot[]) => void;

const EXPORTERS: ReadonlyMap<string, Exporter> = new Map<string, Exporter>([
  ["Rescaling", exportRescaling],
  ["Conv2D", exportConv2d],
  ["MaxPooling2D", exportMaxPooling2d],
  ["Flatten", exportFlatten],
  ["Dense", exportDense],
]);

/**
 * The bytes of an `.onnx` file that computes what `predict` does: opset 17, input "input" and output "output" of 32-bit floats
 * and any number of samples.
 * @throws Error for a model without an input shape, RangeError for layers or activations that ONNX has not, for weights too
 *   large for halves and for models of 2 GiB, TypeError for wrong options
 */
export function writeOnnx(snapshot: ModelSnapshot, options: OnnxOptions = {}): Bytes {
  checkOptions("writeOnnx", options, ["layout", "float16"]);
  const layout = checkChoice("writeOnnx.layout", options.layout ?? "nhwc", ["nhwc", "nchw"]);
  const float16 = checkBoolean("writeOnnx.float16", options.float16 ?? false);
  const { name, inputShape, layers } = snapshot;
  if (!inputShape) throw new Error("writeOnnx: expected a model that knows its input shape, got none");
  const unknown = layers.map(({ className }) => className).filter((className) => !EXPORTERS.has(className));
  if (unknown.length > 0) {
    const known = [...EXPORTERS.keys()].join(", ");
    throw new RangeError(`writeOnnx: expected layers among ${known}, got ${[...new Set(unknown)].join(", ")}`);
  }
  const numbers = layers.flatMap(({ weights }) => weights).reduce((sum, { data }) => sum + data.length, 0);
  if (numbers * (float16 ? 2 : 4) > MOST_BYTES) {
    throw new RangeError(`writeOnnx: expected weights of less than 2 GiB, got ${numbers} numbers`);
  }
  const graph = new OnnxGraphBuilder(inputShape as readonly number[], {
    channelsFirst: layout === "nchw" && inputShape.length === 3,
    float16,
  });
  for (const [i, layer] of layers.entries()) {
    graph.layer = String(layer.config.name);
    const config = layer.config as unknown as Config;
    EXPORTERS.get(layer.className)!(graph, layer, config, layers.slice(i + 1));
    if (config.activation !== undefined) exportActivation(graph, config.activation);
  }
  graph.toLayout(layout === "nchw");
  return encodeOnnx({ irVersion: IR_VERSION, opset: OPSET, producer: "wasm-cnn", graph: graph.finish(name) });
}

function exportActivation(graph: OnnxGraphBuilder, activation: string): void {
  if (activation === "linear") return;
  if (activation === "relu") graph.add("Relu");
  else if (activation === "softmax") graph.add("Softmax", { axis: graph.channelAxis });
  else throw new RangeError(`writeOnnx: expected activations among linear, relu, softmax, got ${show(activation)}`);
}

function exportRescaling(graph: OnnxGraphBuilder, _: LayerSnapshot, { scale, offset }: Config): void {
  graph.add("Mul", {}, [graph.constant("scale", { shape: [], data: Float32Array.of(scale) })]);
  graph.add("Add", {}, [graph.constant("offset", { shape: [], data: Float32Array.of(offset) })]);
}

function exportConv2d(graph: OnnxGraphBuilder, layer: LayerSnapshot, config: Config): void {
  const { kernel_size: window, strides, dilation_rate: dilations, groups, filters } = config;
  graph.toLayout(true);
  const { shape, pads } = slideOver(graph.shape, window, config);
  const { kernel, bias } = weightsOf(layer);
  const constants = [graph.weight("kernel", toOihw(kernel!)), ...(bias ? [graph.weight("bias", bias)] : [])];
  graph.add("Conv", { kernel_shape: window, strides, dilations, pads, group: groups }, constants);
  graph.shape = [...shape, filters];
}

function exportMaxPooling2d(graph: OnnxGraphBuilder, _: LayerSnapshot, config: Config): void {
  const { pool_size: window, strides } = config;
  graph.toLayout(true);
  const { shape, pads } = slideOver(graph.shape, window, { ...config, dilation_rate: [1, 1] });
  graph.add("MaxPool", { kernel_shape: window, strides, pads });
  graph.shape = [...shape, graph.shape[2]!];
}

/** Height and width behind a window, and its padding as ONNX has it: top, left, bottom, right. */
function slideOver(input: Shape, window: Shape, { strides, dilation_rate: dilations, padding }: Config) {
  const axes = [0, 1].map((i) => slide(input[i]!, window[i]!, strides[i]!, dilations[i]!, padding));
  const after = axes.map(({ padded, before }, i) => padded - before - input[i]!);
  return { shape: axes.map(({ output }) => output), pads: [...axes.map(({ before }) => before), ...after] };
}

/** The elements are to follow each other as they do with channels last. A dense layer behind can take them as they come. */
function exportFlatten(graph: OnnxGraphBuilder, _: LayerSnapshot, __: Config, rest: readonly LayerSnapshot[]): void {
  const next = rest.find(({ className }) => className !== "Rescaling" && className !== "Flatten");
  if (next?.className !== "Dense") graph.toLayout(false);
  graph.flatten();
}

function exportDense(graph: OnnxGraphBuilder, layer: LayerSnapshot, { units }: Config): void {
  graph.toLayout(false);
  const { kernel, bias } = weightsOf(layer);
  const { flattened } = graph;
  const constants = [
    graph.weight("kernel", flattened === undefined ? kernel! : toChannelsFirst(kernel!, flattened)),
    ...(bias ? [graph.weight("bias", bias)] : []),
  ];
  if (graph.shape.length === 1) graph.add("Gemm", {}, constants);
  else {
    graph.add("MatMul", {}, constants.slice(0, 1));
    if (bias) graph.add("Add", {}, constants.slice(1));
  }
  graph.shape = [...graph.shape.slice(0, -1), units];
  graph.flattened = undefined;
}

interface Values {
  readonly shape: Shape;
  readonly data: Float32Array;
}

function weightsOf(layer: LayerSnapshot): { kernel?: Values; bias?: Values } {
  return Object.fromEntries(layer.weights.map((weight) => [weight.name, weight]));
}

/** A convolution's kernel from (kh, kw, in, out) to (out, in, kh, kw). */
function toOihw({ shape, data }: Values): Values {
  const [height, width, channels, filters] = shape as [number, number, number, number];
  const result = new Float32Array(data.length);
  let i = 0;
  for (let o = 0; o < filters; o++) {
    for (let c = 0; c < channels; c++) {
      for (let yx = 0; yx < height * width; yx++) result[i++] = data[(yx * channels + c) * filters + o]!;
    }
  }
  return { shape: [filters, channels, height, width], data: result };
}

/** Rows of a dense kernel, (positions * channels, units), for inputs flattened from (channels, positions). */
function toChannelsFirst({ shape, data }: Values, channels: number): Values {
  const [rows, units] = shape as [number, number];
  const positions = rows / channels;
  const result = new Float32Array(data.length);
  for (let c = 0; c < channels; c++) {
    for (let p = 0; p < positions; p++) {
      const row = (p * channels + c) * units;
      result.set(data.subarray(row, row + units), (c * positions + p) * units);
    }
  }
  return { shape, data: result };
}

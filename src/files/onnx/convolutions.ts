import type { Shape } from "../../engine/program/shape.js";
import { type Padding, slide, spread } from "../../layers/base/slide.js";
import { type Config, type ExportedCall, type Exporter, isOpen, listOf } from "./exporter.js";
import { type Numbers, type OnnxGraphBuilder, transpose, type Value } from "./graph.js";
import type { OnnxNode } from "./proto.js";

// Of images and of sequences alike: only the number of axes differs.

type Attributes = OnnxNode["attributes"];

/** The padding of a window: ONNX has what is before along all axes, then what is after. Where sizes are open, ONNX itself counts. */
export function padsOf(input: Shape, window: Shape, { strides, padding }: Config, dilations: Shape): Attributes {
  const reaches = window.map((size, i) => (size - 1) * dilations[i]! + 1);
  if (padding === "causal") return { pads: [reaches[0]! - 1, 0] };
  const sizes = input.slice(0, -1);
  if (isOpen(sizes)) return padding === "same" ? { auto_pad: "SAME_UPPER" } : {};
  const axes = sizes.map((size, i) => slide(size, window[i]!, listOf(strides)[i]!, dilations[i]!, padding as Padding));
  const after = axes.map(({ padded, before }, i) => padded - before - sizes[i]!);
  return { pads: [...axes.map(({ before }) => before), ...after] };
}

/** A layer's output before its activation, which may change the number of channels. */
function withChannels(shape: Shape, channels: number): Shape {
  return [...shape.slice(0, -1), channels];
}

/** A convolution in groups; the kernel as Keras has it: (window, channels of a group, filters). */
function convolve(
  graph: OnnxGraphBuilder,
  x: Value,
  { config, shape }: ExportedCall,
  { kernel, bias, group }: { kernel: readonly [string, Numbers]; bias?: Numbers | undefined; group: number },
): Value {
  const [name, numbers] = kernel;
  const window = numbers.shape.slice(0, -2);
  const dilations = listOf(config.dilation_rate);
  const constants = [graph.weight(name, lying(numbers)), ...(bias ? [graph.weight("bias", bias)] : [])];
  const windows = { kernel_shape: window, strides: listOf(config.strides), dilations };
  const channels = numbers.shape.at(-1)!;
  return graph.add(
    "Conv",
    [x, ...constants],
    { ...windows, ...padsOf(x.shape, window, config, dilations), group },
    { shape: withChannels(shape, channels) },
  );
}

/** A kernel from (window, in, out) to (out, in, window). */
function lying(kernel: Numbers): Numbers {
  const rank = kernel.shape.length;
  const order = [rank - 1, rank - 2, ...Array.from({ length: rank - 2 }, (_, axis) => axis)];
  return { shape: order.map((axis) => kernel.shape[axis]!), data: transpose(kernel, order) };
}

export const exportConvolution: Exporter = (graph, call) => {
  const { kernel, bias } = call.weights;
  const x = graph.toLayout(call.inputs[0]!, true);
  return convolve(graph, x, call, { kernel: ["kernel", kernel!], bias, group: call.config.groups });
};

/** Each output channel has a filter of its own: (window, 1, channels * multiplier), as a grouped convolution has it. */
function grouped({ shape, data }: Numbers): Numbers {
  return { shape: [...shape.slice(0, -2), 1, shape.at(-2)! * shape.at(-1)!], data };
}

export const exportDepthwiseConvolution: Exporter = (graph, call) => {
  const { kernel, bias } = call.weights;
  const x = graph.toLayout(call.inputs[0]!, true);
  return convolve(graph, x, call, { kernel: ["kernel", grouped(kernel!)], bias, group: kernel!.shape.at(-2)! });
};

export const exportSeparableConvolution: Exporter = (graph, call) => {
  const { depthwise_kernel: depthwise, pointwise_kernel: pointwise, bias } = call.weights;
  const x = graph.toLayout(call.inputs[0]!, true);
  const group = depthwise!.shape.at(-2)!;
  const middle = convolve(graph, x, call, { kernel: ["depthwise_kernel", grouped(depthwise!)], group });
  const constants = [
    graph.weight("pointwise_kernel", lying(pointwise!)),
    ...(bias ? [graph.weight("bias", bias)] : []),
  ];
  return graph.add(
    "Conv",
    [middle, ...constants],
    { kernel_shape: pointwise!.shape.slice(0, -2) },
    {
      shape: withChannels(call.shape, pointwise!.shape.at(-1)!),
    },
  );
};

/** What is cropped, and what is added at the end, is the same for all sizes. */
export const exportTransposedConvolution: Exporter = (graph, { inputs, shape, config, weights: { kernel, bias } }) => {
  const x = graph.toLayout(inputs[0]!, true);
  const window = kernel!.shape.slice(0, -2);
  const strides = listOf(config.strides);
  const dilations = listOf(config.dilation_rate);
  const outputPadding = config.output_padding === null ? [] : listOf(config.output_padding);
  const axes = window.map((size, i) => {
    const padding = config.padding as Padding;
    const axis = spread(1, size, strides[i]!, dilations[i]!, padding, outputPadding[i] ?? null);
    const after = (size - 1) * dilations[i]! + 1 - axis.before - axis.output;
    return { before: axis.before, cropped: Math.max(after, 0), added: Math.max(-after, 0) };
  });
  // (window, filters, channels) to (channels, filters, window).
  const constants = [graph.weight("kernel", lying(kernel!)), ...(bias ? [graph.weight("bias", bias)] : [])];
  const attributes = {
    ...{ kernel_shape: window, strides, dilations },
    pads: [...axes.map(({ before }) => before), ...axes.map(({ cropped }) => cropped)],
    output_padding: axes.map(({ added }) => added),
  };
  return graph.add("ConvTranspose", [x, ...constants], attributes, {
    shape: withChannels(shape, kernel!.shape.at(-2)!),
  });
};

export const exportDense: Exporter = (graph, { inputs, shape, weights: { kernel, bias } }) => {
  const [given] = inputs;
  const { flattened } = given!;
  const x = flattened === undefined ? graph.toLayout(given!, false) : given!;
  const rows = flattened === undefined ? kernel! : toChannelsFirst(kernel!, flattened);
  const constants = [graph.weight("kernel", rows), ...(bias ? [graph.weight("bias", bias)] : [])];
  const { flattened: _, ...made } =
    x.shape.length === 1 ? graph.add("Gemm", [x, ...constants]) : graph.add("MatMul", [x, constants[0]!]);
  const product = { ...made, shape: withChannels(shape, kernel!.shape[1]!) };
  return x.shape.length > 1 && bias ? graph.add("Add", [product, constants[1]!]) : product;
};

/** Rows of a dense kernel, (positions * channels, units), for inputs flattened from (channels, positions). */
function toChannelsFirst({ shape, data }: Numbers, channels: number): Numbers {
  const [rows, units] = shape as [number, number];
  return { shape, data: transpose({ shape: [rows / channels, channels, units], data }, [1, 0, 2]) };
}

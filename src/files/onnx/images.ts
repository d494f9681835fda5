import type { Shape } from "../../engine/program/shape.js";
import { type Padding, slide } from "../../layers/base/padding.js";
import type { Config, Exporter } from "./exporter.js";
import type { Numbers } from "./graph.js";

/** The padding of a window over images, as ONNX has it: top, left, bottom, right. */
function padsOf(input: Shape, window: Shape, { strides, padding }: Config, dilations: Shape): number[] {
  const axes = [0, 1].map((i) => slide(input[i]!, window[i]!, strides[i]!, dilations[i]!, padding as Padding));
  const after = axes.map(({ padded, before }, i) => padded - before - input[i]!);
  return [...axes.map(({ before }) => before), ...after];
}

export const exportConv2d: Exporter = (graph, { inputs, shape, config, weights: { kernel, bias } }) => {
  const { kernel_size: window, strides, dilation_rate: dilations, groups } = config;
  const x = graph.toLayout(inputs[0]!, true);
  const pads = padsOf(x.shape, window, config, dilations);
  const constants = [graph.weight("kernel", toOihw(kernel!)), ...(bias ? [graph.weight("bias", bias)] : [])];
  return graph.add(
    "Conv",
    [x, ...constants],
    { kernel_shape: window, strides, dilations, pads, group: groups },
    { shape },
  );
};

export const exportDepthwiseConv2d: Exporter = (graph, { inputs, shape, config, weights: { kernel, bias } }) => {
  const x = graph.toLayout(inputs[0]!, true);
  const [height, width, channels, multiplier] = kernel!.shape as readonly [number, number, number, number];
  const { strides, dilation_rate: dilations } = config;
  const pads = padsOf(x.shape, [height, width], config, dilations);
  // Each output channel has a filter of its own: (kh, kw, 1, channels * multiplier), as a grouped convolution has it.
  const grouped = toOihw({ shape: [height, width, 1, channels * multiplier], data: kernel!.data });
  const constants = [graph.weight("kernel", grouped), ...(bias ? [graph.weight("bias", bias)] : [])];
  const attributes = { kernel_shape: [height, width], strides, dilations, pads, group: channels };
  return graph.add("Conv", [x, ...constants], attributes, { shape });
};

export function exportPooling(operator: "MaxPool" | "AveragePool"): Exporter {
  return (graph, { inputs, shape, config }) => {
    const x = graph.toLayout(inputs[0]!, true);
    const { pool_size: window, strides } = config;
    const pads = padsOf(x.shape, window, config, [1, 1]);
    const counting = operator === "AveragePool" ? { count_include_pad: 0 } : {};
    return graph.add(operator, [x], { kernel_shape: window, strides, pads, ...counting }, { shape });
  };
}

export function exportGlobalPooling(operator: string): Exporter {
  return (graph, { inputs, shape }) => {
    const pooled = graph.add(operator, [graph.toLayout(inputs[0]!, true)], {}, { shape });
    return shape.length === 3 ? pooled : graph.add("Flatten", [pooled], { axis: 1 }, { channelsFirst: false });
  };
}

export const exportZeroPadding2d: Exporter = (graph, { inputs, shape, config }) => {
  const x = graph.toLayout(inputs[0]!, true);
  const [[top, bottom], [left, right]] = config.padding as Exclude<Config["padding"], Padding>;
  const pads = graph.integers("pads", [0, 0, top, left, 0, 0, bottom, right]);
  return graph.add("Pad", [x, pads], {}, { shape });
};

export const exportUpSampling2d: Exporter = (graph, { inputs, shape, config }) => {
  const { size, interpolation } = config;
  if (interpolation !== "nearest") {
    throw new RangeError(`writeOnnx: expected upSampling2d with interpolation "nearest", got "${interpolation}"`);
  }
  const scales = graph.constant("scales", { shape: [4], data: Float32Array.of(1, 1, ...size) });
  const attributes = { mode: "nearest", coordinate_transformation_mode: "asymmetric", nearest_mode: "floor" };
  return graph.add("Resize", [graph.toLayout(inputs[0]!, true), "", scales], attributes, { shape });
};

export const exportBatchNormalization: Exporter = (graph, { inputs, config, weights }) => {
  const { moving_mean: mean, moving_variance: variance } = weights;
  const { epsilon, axis } = config;
  const [x] = inputs;
  const rank = x!.shape.length;
  if (axis !== -1 && axis !== rank) throw new RangeError(`writeOnnx: expected axis -1 of ${graph.layer}, got ${axis}`);
  const fill = (value: number): Numbers => ({ ...mean!, data: mean!.data.map(() => value) });
  const { gamma = fill(1), beta = fill(0) } = weights;
  if (rank === 1 || rank === 3) {
    const all = Object.entries({ gamma, beta, mean: mean!, variance: variance! });
    const constants = all.map(([name, values]) => graph.weight(name, values));
    return graph.add("BatchNormalization", [graph.toLayout(x!, true), ...constants], { epsilon: { float: epsilon } });
  }
  // ONNX has channels at axis 1 there.
  const scale = gamma.data.map((value, c) => value / Math.sqrt(variance!.data[c]! + epsilon));
  const offset = beta.data.map((value, c) => value - mean!.data[c]! * scale[c]!);
  const scaled = graph.add("Mul", [graph.toLayout(x!, false), graph.weight("scale", { ...gamma, data: scale })]);
  return graph.add("Add", [scaled, graph.weight("offset", { ...gamma, data: offset })]);
};

export const exportDense: Exporter = (graph, { inputs, shape, weights: { kernel, bias } }) => {
  const [given] = inputs;
  const { flattened } = given!;
  const x = flattened === undefined ? graph.toLayout(given!, false) : given!;
  const rows = flattened === undefined ? kernel! : toChannelsFirst(kernel!, flattened);
  const constants = [graph.weight("kernel", rows), ...(bias ? [graph.weight("bias", bias)] : [])];
  const { flattened: _, ...made } =
    x.shape.length === 1 ? graph.add("Gemm", [x, ...constants]) : graph.add("MatMul", [x, constants[0]!]);
  const product = { ...made, shape, channelsFirst: false };
  return x.shape.length > 1 && bias ? graph.add("Add", [product, constants[1]!]) : product;
};

/** A convolution's kernel from (kh, kw, in, out) to (out, in, kh, kw). */
function toOihw({ shape, data }: Numbers): Numbers {
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
function toChannelsFirst({ shape, data }: Numbers, channels: number): Numbers {
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

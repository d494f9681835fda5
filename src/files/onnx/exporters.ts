import type { Layer } from "../../layers/base/layer.js";
import { clip, exportActivation } from "./activations.js";
import type { Exporter } from "./exporter.js";
import * as images from "./images.js";
import * as merging from "./merging.js";

const identity: Exporter = (_, { inputs }) => inputs[0]!;

/** How layers are written, by class. */
export const EXPORTERS: Readonly<Record<string, Exporter>> = {
  Rescaling: (graph, { inputs: [x], config: { scale, offset } }) => {
    const scaled = graph.add("Mul", [x!, graph.scalar("scale", scale)]);
    return graph.add("Add", [scaled, graph.scalar("offset", offset)]);
  },
  Conv2D: images.exportConv2d,
  DepthwiseConv2D: images.exportDepthwiseConv2d,
  MaxPooling2D: images.exportPooling("MaxPool"),
  AveragePooling2D: images.exportPooling("AveragePool"),
  GlobalMaxPooling2D: images.exportGlobalPooling("GlobalMaxPool"),
  GlobalAveragePooling2D: images.exportGlobalPooling("GlobalAveragePool"),
  ZeroPadding2D: images.exportZeroPadding2d,
  UpSampling2D: images.exportUpSampling2d,
  BatchNormalization: images.exportBatchNormalization,
  Flatten: (graph, { inputs: [x], anyOrder }) => graph.flatten(x!, anyOrder()),
  Reshape: (graph, { inputs: [x], shape }) => {
    const value = graph.toLayout(x!, false);
    return graph.add("Reshape", [value, graph.integers("shape", [0, ...shape])], {}, { shape, channelsFirst: false });
  },
  Dense: images.exportDense,
  Activation: identity,
  ReLU: (graph, { inputs: [x], config }) => {
    const { max_value: most, negative_slope: slope, threshold } = config;
    if (threshold !== 0 || (slope !== 0 && most !== null)) {
      throw new RangeError("writeOnnx: expected reLU without threshold, and with maxValue or negativeSlope alone");
    }
    if (slope !== 0) return graph.add("LeakyRelu", [x!], { alpha: { float: slope } });
    return most === null ? graph.add("Relu", [x!]) : clip(graph, x!, 0, most);
  },
  LeakyReLU: (graph, { inputs: [x], config }) =>
    graph.add("LeakyRelu", [x!], { alpha: { float: config.negative_slope } }),
  ELU: (graph, { inputs: [x], config }) => graph.add("Elu", [x!], { alpha: { float: config.alpha } }),
  Softmax: (graph, { inputs: [x], config }) => {
    const { axis } = config;
    if (axis !== -1) throw new RangeError(`writeOnnx: expected softmax over the last axis, got axis ${axis}`);
    return exportActivation(graph, x!, "softmax");
  },
  Add: merging.exportMerge("Add"),
  Subtract: merging.exportMerge("Sub"),
  Multiply: merging.exportMerge("Mul"),
  Maximum: merging.exportMerge("Max"),
  Minimum: merging.exportMerge("Min"),
  Average: merging.exportAverage,
  Concatenate: merging.exportConcatenate,
  // What these do, they do in training alone.
  Dropout: identity,
  SpatialDropout1D: identity,
  SpatialDropout2D: identity,
  AlphaDropout: identity,
  GaussianDropout: identity,
  GaussianNoise: identity,
  ActivityRegularization: identity,
  Identity: identity,
};

/** Layers that are written by no exporter: inputs are no nodes. */
export const NONE: readonly string[] = ["InputLayer"];

/** Layers after which the order of a row of numbers does not matter, or that work on each number alone. */
const EACH_ALONE = new Set([
  "Rescaling",
  "Flatten",
  "Dropout",
  "GaussianNoise",
  "GaussianDropout",
  "ReLU",
  "LeakyReLU",
]);

export function isEachAlone({ className }: Layer): boolean {
  return EACH_ALONE.has(className);
}

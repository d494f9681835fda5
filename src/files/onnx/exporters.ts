import { sampleAxis } from "../../layers/base/axis.js";
import type { Layer } from "../../layers/base/layer.js";
import { boundedRelu, exportActivation, isElementwise } from "./activations.js";
import * as convolutions from "./convolutions.js";
import { type Exporter, listOf } from "./exporter.js";
import { axisIn } from "./graph.js";
import * as merging from "./merging.js";
import * as normalization from "./normalization.js";
import * as operators from "./operators.js";
import * as pooling from "./pooling.js";
import * as resampling from "./resampling.js";
import * as shaping from "./shaping.js";

const identity: Exporter = (_, { inputs }) => inputs[0]!;

/** What these do, they do in training alone. */
const IN_TRAINING: readonly string[] = [
  ...[
    "Dropout",
    "StochasticDepth",
    "SpatialDropout1D",
    "SpatialDropout2D",
    "AlphaDropout",
    "GaussianDropout",
    "GaussianNoise",
  ],
  ...["ActivityRegularization", "AugMix", "CutMix", "Equalization", "MixUp", "RandAugment", "RandomBrightness"],
  ...["RandomColorDegeneration", "RandomColorJitter", "RandomContrast", "RandomCrop", "RandomElasticTransform"],
  ...["RandomErasing", "RandomFlip", "RandomGaussianBlur", "RandomGrayscale", "RandomHue", "RandomInvert"],
  ...["RandomPerspective", "RandomPosterization", "RandomRotation", "RandomSaturation", "RandomSharpness"],
  ...["RandomShear", "RandomTranslation", "RandomZoom", "Solarization"],
];

/** How layers are written, by class. */
export const EXPORTERS: Readonly<Record<string, Exporter>> = {
  Conv1D: convolutions.exportConvolution,
  Conv2D: convolutions.exportConvolution,
  DepthwiseConv1D: convolutions.exportDepthwiseConvolution,
  DepthwiseConv2D: convolutions.exportDepthwiseConvolution,
  SeparableConv1D: convolutions.exportSeparableConvolution,
  SeparableConv2D: convolutions.exportSeparableConvolution,
  Conv1DTranspose: convolutions.exportTransposedConvolution,
  Conv2DTranspose: convolutions.exportTransposedConvolution,
  Dense: convolutions.exportDense,

  MaxPooling1D: pooling.exportPooling("MaxPool"),
  MaxPooling2D: pooling.exportPooling("MaxPool"),
  AveragePooling1D: pooling.exportPooling("AveragePool"),
  AveragePooling2D: pooling.exportPooling("AveragePool"),
  GlobalMaxPooling1D: pooling.exportGlobalPooling("GlobalMaxPool"),
  GlobalMaxPooling2D: pooling.exportGlobalPooling("GlobalMaxPool"),
  GlobalAveragePooling1D: pooling.exportGlobalPooling("GlobalAveragePool"),
  GlobalAveragePooling2D: pooling.exportGlobalPooling("GlobalAveragePool"),
  AdaptiveMaxPooling1D: pooling.exportAdaptiveMaxPooling,
  AdaptiveMaxPooling2D: pooling.exportAdaptiveMaxPooling,
  AdaptiveAveragePooling1D: pooling.exportAdaptiveAveragePooling,
  AdaptiveAveragePooling2D: pooling.exportAdaptiveAveragePooling,

  BatchNormalization: normalization.exportBatchNormalization,
  LayerNormalization: normalization.exportLayerNormalization,
  GroupNormalization: normalization.exportGroupNormalization,
  RMSNormalization: normalization.exportRMSNormalization,
  UnitNormalization: normalization.exportUnitNormalization,
  Normalization: normalization.exportNormalization,
  AutoContrast: normalization.exportAutoContrast,

  Flatten: shaping.exportFlatten,
  Reshape: shaping.exportReshape,
  Permute: shaping.exportPermute,
  DepthToSpace: shaping.exportBlocks("DepthToSpace"),
  SpaceToDepth: shaping.exportBlocks("SpaceToDepth"),
  RepeatVector: shaping.exportRepeatVector,
  ZeroPadding1D: shaping.exportZeroPadding,
  ZeroPadding2D: shaping.exportZeroPadding,
  Cropping1D: shaping.exportCropping,
  Cropping2D: shaping.exportCropping,
  CenterCrop: resampling.exportCenterCrop,
  Resizing: resampling.exportResizing,
  UpSampling1D: resampling.exportUpSampling,
  UpSampling2D: resampling.exportUpSampling,
  Rescaling: (graph, { inputs: [x], config: { scale, offset } }) => {
    const constant = (name: string, value: number | readonly number[]) =>
      typeof value === "number"
        ? graph.scalar(name, value)
        : graph.constant(name, { shape: [value.length], data: Float32Array.from(value) });
    const isOne = [scale, offset].every((value) => typeof value === "number");
    const scaled = graph.add("Mul", [isOne ? x! : graph.toLayout(x!, false), constant("scale", scale)]);
    return graph.add("Add", [scaled, constant("offset", offset)]);
  },

  Activation: identity,
  ReLU: (graph, { inputs: [x], config: { negative_slope: slope, threshold, max_value: most } }) =>
    boundedRelu(graph, x!, { slope, threshold, most }),
  LeakyReLU: (graph, { inputs: [x], config: { negative_slope: slope } }) => boundedRelu(graph, x!, { slope }),
  ELU: (graph, { inputs: [x], config: { alpha } }) => graph.add("Elu", [x!], { alpha: { float: alpha } }),
  PReLU: (graph, { inputs: [x], weights: { alpha } }) =>
    graph.add("PRelu", [x!, graph.perElement("alpha", x!, alpha!)]),
  Softmax: (graph, { inputs: [x], config }) => {
    const axes = listOf(config.axis!).map((axis) => axisIn(x!, sampleAxis("axis", axis, x!.shape)));
    if (axes.length === 1) return graph.add("Softmax", [x!], { axis: axes[0]! });
    const less = graph.add("Sub", [x!, graph.add("ReduceMax", [x!], { axes, keepdims: 1 })]);
    const powers = graph.add("Exp", [less]);
    const sum = graph.add("ReduceSum", [powers, graph.integers("axes", axes)], { keepdims: 1 });
    return graph.add("Div", [powers, sum]);
  },

  Add: merging.exportMerge("Add"),
  Subtract: merging.exportMerge("Sub"),
  Multiply: merging.exportMerge("Mul"),
  Maximum: merging.exportMerge("Max"),
  Minimum: merging.exportMerge("Min"),
  Average: merging.exportAverage,
  Concatenate: merging.exportConcatenate,
  Dot: merging.exportDot,

  Absolute: (graph, { inputs: [x] }) => graph.add("Abs", [x!]),
  Log: (graph, { inputs: [x] }) => graph.add("Log", [x!]),
  Power: (graph, { inputs: [x], config }) => graph.add("Pow", [x!, graph.scalar("exponent", config.exponent)]),
  Clip: operators.exportClip,
  Divide: merging.exportMerge("Div"),
  Reduction: operators.exportReduction,
  Slice: operators.exportSlice,
  LayerScale: (graph, { inputs: [x], weights: { gamma } }) =>
    graph.add("Mul", [graph.toLayout(x!, false), graph.constant("gamma", gamma!)]),

  /** At inference the layer inside, whose weights are here by the same names. */
  SpectralNormalization: (graph, call) => {
    const { class_name: className, config } = call.config.layer;
    const value = EXPORTERS[className]!(graph, { ...call, config });
    return config.activation === undefined ? value : exportActivation(graph, value, config.activation);
  },
  Identity: identity,
  ...Object.fromEntries(IN_TRAINING.map((className) => [className, identity])),
};

/** Layers after which the order of a row of numbers does not matter, or that work on each number alone. */
const EACH_ALONE = new Set([
  ...IN_TRAINING,
  "Identity",
  "Rescaling",
  "Flatten",
  "ReLU",
  "LeakyReLU",
  "ELU",
  "Absolute",
  "Log",
  "Power",
  "Clip",
]);

export function isEachAlone(layer: Layer): boolean {
  const perChannel = layer.className === "Rescaling" && Object.values(layer.config()).some(Array.isArray);
  const isAlone = EACH_ALONE.has(layer.className) && !perChannel;
  return isAlone || (layer.className === "Activation" && isElementwise(layer.config().activation));
}

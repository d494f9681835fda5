import { show } from "../base/check.js";
import { registered } from "../base/registered.js";
import type { Layer } from "../layers/base/layer.js";
import { isObject, type JsonObject } from "./jsonValue.js";
import { type ExpectedModel, leafLayers } from "./weightNames.js";

// What TensorFlow.js 4.22 has of Keras' layers, and its own words for it. All was tried with the real one: where it does not know an
// option, it passes over it and computes something else.

type Config = Readonly<Record<string, unknown>>;
/** What an option has to be, as JSON. */
type Allowed = Readonly<Record<string, readonly unknown[]>>;

const KEEPS_NO_AXES: Allowed = { keepdims: [false] };
const ONE_GROUP: Allowed = { groups: [1] };

/** Its classes, with the options that it does not have in full. */
const CLASSES: Readonly<Record<string, Allowed>> = {
  ...Object.fromEntries(
    [
      ...["Activation", "Add", "AlphaDropout", "Average", "AveragePooling1D", "AveragePooling2D"],
      ...["BatchNormalization", "Concatenate", "Dense", "Dot", "Dropout", "Flatten", "GaussianDropout"],
      ...["GaussianNoise", "InputLayer", "LayerNormalization", "LeakyReLU", "MaxPooling1D", "MaxPooling2D"],
      ...["Maximum", "Minimum", "Multiply", "PReLU", "Permute", "RepeatVector", "Rescaling", "Reshape"],
      ...["SeparableConv2D", "SpatialDropout1D", "ZeroPadding2D"],
    ].map((name) => [name, {}]),
  ),
  Conv1D: { ...ONE_GROUP, padding: ["valid", "same"] },
  Conv2D: ONE_GROUP,
  Conv2DTranspose: { output_padding: [null], dilation_rate: [[1, 1]] },
  Cropping2D: {},
  DepthwiseConv2D: { dilation_rate: [[1, 1]] },
  ELU: { alpha: [1] },
  GlobalAveragePooling1D: KEEPS_NO_AXES,
  GlobalAveragePooling2D: KEEPS_NO_AXES,
  GlobalMaxPooling1D: KEEPS_NO_AXES,
  GlobalMaxPooling2D: KEEPS_NO_AXES,
  ReLU: { negative_slope: [0], threshold: [0] },
  Softmax: { axis: [-1] },
  UpSampling2D: { interpolation: ["nearest"] },
};

/** Classes that it has in name: none of their models predicts what Keras does. */
const BROKEN: Readonly<Record<string, string>> = {
  CenterCrop: "takes other pixels there",
  Resizing: "fails there",
};

/** How many axes a sample has at most. */
const MOST_AXES: Readonly<Record<string, number>> = { BatchNormalization: 3, Dot: 2 };

/** Its activations by our names. A hard sigmoid has another slope there, see `activationOf`. */
const ACTIVATIONS: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    [
      ...["linear", "relu", "relu6", "elu", "selu", "gelu", "sigmoid", "tanh", "softplus", "softsign", "softmax"],
      ...["log_softmax", "mish", "swish"],
    ].map((name) => [name, name]),
  ),
  silu: "swish",
};

const HARD_SIGMOID_SLOPE = 0.2;

const INITIALIZERS: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    [
      ...["Constant", "GlorotNormal", "GlorotUniform", "HeNormal", "HeUniform", "Identity", "Ones", "Orthogonal"],
      ...[
        "RandomNormal",
        "RandomUniform",
        "TruncatedNormal",
        "VarianceScaling",
        "Zeros",
        "LeCunNormal",
        "LeCunUniform",
      ],
    ].map((name) => [name, name]),
  ),
  LecunNormal: "LeCunNormal",
  LecunUniform: "LeCunUniform",
};
const CONSTRAINTS = ["MaxNorm", "MinMaxNorm", "NonNeg", "UnitNorm"];

/** Also one of the user's, who registers it there too. */
const isConstraint = (name: string) => CONSTRAINTS.includes(name) || registered("constraint", name) !== undefined;

/** What is not there is told, all at once. */
type Refuse = (what: string) => void;

/** The config of a layer in the words of TensorFlow.js. */
export function tfjsLayerConfig(className: string, config: Config, refuse: Refuse = () => undefined): JsonObject {
  const entries = Object.entries(config).map(([key, value]): [string, unknown] => {
    const fixed = CLASSES[className]?.[key];
    if (fixed && !fixed.some((each) => JSON.stringify(each) === JSON.stringify(value))) {
      refuse(`${key} among ${fixed.map(show).join(", ")}, got ${show(value)}`);
    }
    if (key === "activity_regularizer" && value !== null) refuse("no activity_regularizer, got one");
    if (key === "activation") return [key, activationOf(value, refuse)];
    if (className === "LeakyReLU" && key === "negative_slope") return ["alpha", value];
    if (key.endsWith("_initializer")) return [key, initializerOf(value, refuse)];
    if (key.endsWith("_regularizer")) return [key, regularizerOf(value, refuse)];
    if (key.endsWith("_constraint") && isObject(value) && !isConstraint(String(value.class_name))) {
      refuse(`constraints among ${CONSTRAINTS.join(", ")}, got ${show(value.class_name)}`);
    }
    return [key, value];
  });
  return Object.fromEntries(entries);
}

function activationOf(value: unknown, refuse: Refuse): unknown {
  const given = isObject(value) ? value : { class_name: value, config: {} };
  const name = String(given.class_name);
  const options = Object.entries(isObject(given.config) ? given.config : {});
  const isSlope = name === "hard_sigmoid" && options.length === 1 && options[0]![1] === HARD_SIGMOID_SLOPE;
  if (isSlope) return name;
  const isDefault = ([key, option]: [string, unknown]) =>
    (key === "alpha" && name === "elu" && option === 1) || (key === "approximate" && option === false);
  if (Object.hasOwn(ACTIVATIONS, name) && options.every(isDefault)) return ACTIVATIONS[name];
  const known = [...Object.keys(ACTIVATIONS), `hard_sigmoid of slope ${HARD_SIGMOID_SLOPE}`].join(", ");
  const got = options.length > 0 ? `${name} with ${options.map(([key]) => key).join(", ")}` : name;
  refuse(`activations among ${known}, got ${got}`);
  return name;
}

function initializerOf(value: unknown, refuse: Refuse): unknown {
  if (!isObject(value)) return value;
  const { class_name: name, config } = value;
  const isKnown = typeof name === "string" && Object.hasOwn(INITIALIZERS, name);
  const { distribution } = isObject(config) ? config : {};
  if (!isKnown && registered("initializer", String(name))) return value;
  if (!isKnown || distribution === "untruncated_normal") {
    refuse(`initializers among ${Object.keys(INITIALIZERS).join(", ")}, got ${show(isKnown ? distribution : name)}`);
  }
  return isKnown ? { ...value, class_name: INITIALIZERS[name] } : value;
}

/** It has one class for all. */
function regularizerOf(value: unknown, refuse: Refuse): unknown {
  if (!isObject(value)) return value;
  const { class_name: name, config } = value;
  if (registered("regularizer", String(name))) return value;
  if (name !== "L1" && name !== "L2" && name !== "L1L2") refuse(`regularizers among L1, L2, L1L2, got ${show(name)}`);
  return { class_name: "L1L2", config: { l1: 0, l2: 0, ...(config as JsonObject) } };
}

/** @throws RangeError with all layers and options that TensorFlow.js has not, models inside included */
export function checkTfjsLayers(where: string, model: ExpectedModel): void {
  const problems: string[] = [];
  for (const { className, path, layer } of leafLayers(model)) {
    const refuse = (what: string) => problems.push(`${path} (${className}): ${what}`);
    if (Object.hasOwn(CLASSES, className)) tfjsLayerConfig(className, configOf(layer), refuse);
    else refuse(BROKEN[className] ?? "no such layer");
    const [input] = layer.calls[0]?.inputs ?? [];
    const most = MOST_AXES[className] ?? Number.POSITIVE_INFINITY;
    if (input && input.shape.length > most) refuse(`inputs of at most ${most} axes, got ${input.shape.length}`);
    if (className === "Flatten" && input?.shape.includes(null)) refuse("inputs of known sizes, got open ones");
  }
  if (problems.length === 0) return;
  const list = problems.map((problem) => `\n- ${problem}`).join("");
  throw new RangeError(
    `${where}: expected layers and options that TensorFlow.js 4.22 has, got:${list}\n(.keras files hold them all)`,
  );
}

/** A softmax over the last axis, however it is counted, is one over axis -1. */
function configOf(layer: Layer): Config {
  const config = layer.config();
  const isLast = layer.className === "Softmax" && config.axis === layer.calls[0]?.inputs[0]?.shape.length;
  return isLast ? { ...config, axis: -1 } : config;
}

/** A model's topology in Keras' words, where TensorFlow.js has its own. */
export function fromTfjsWords(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(fromTfjsWords);
  if (!isObject(value)) return value;
  const entries = Object.entries(value).map(([key, each]) => {
    if (key === "activation" && typeof each === "string" && /^hard_?sigmoid$/i.test(each)) {
      return [key, { class_name: "hard_sigmoid", config: { slope: HARD_SIGMOID_SLOPE } }];
    }
    // It says null of the size that follows from the others.
    if (key === "target_shape" && Array.isArray(each)) return [key, each.map((size) => size ?? -1)];
    return [key, fromTfjsWords(each)];
  });
  return Object.fromEntries(entries);
}

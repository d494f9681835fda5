import { toSnakeCase } from "../base/case.js";
import { isObject, type JsonObject, own } from "./jsonValue.js";
import type { FileCall } from "./kerasNodes.js";

// Functions on symbolic tensors that are layers too: `keras.ops.relu(x)` of Keras 3, `tf.nn.relu(x)` of Keras 2.

/** A layer's class and options; undefined where no layer computes that. */
type Found = readonly [className: string, options: JsonObject] | undefined;

interface Known {
  /** Its options. What else a call has is refused. */
  readonly options: readonly string[];
  layer(options: JsonObject): Found;
}

const ACTIVATIONS = [
  ...["relu", "relu6", "sigmoid", "tanh", "softplus", "softsign", "silu", "swish", "selu", "hard_sigmoid", "hard_silu"],
  ...["log_sigmoid", "hard_tanh", "tanh_shrink", "sparse_plus", "sparse_sigmoid", "sparsemax"],
];

const isList = Array.isArray;
/** Whether these are the axes of the places of an image, or of a series. */
const places = (axis: unknown): "2D" | "1D" | undefined => {
  const axes = isList(axis) ? [...axis].sort((a, b) => a - b).join() : String(axis);
  return axes === "1,2" || axes === "-3,-2" ? "2D" : axes === "1" || axes === "-2" ? "1D" : undefined;
};

const activation = (name: unknown): Known => ({ options: [], layer: () => ["Activation", { activation: name }] });

/** The maximum or mean over all places. */
function reduction(kind: string): Known {
  const layer = ({ axis, keepdims = false }: JsonObject): Found => {
    const rank = places(axis);
    return rank && [`Global${kind}Pooling${rank}`, { keepdims }];
  };
  return { options: ["axis", "keepdims"], layer };
}

const reshape: Known = {
  options: ["newshape", "shape"],
  layer({ newshape, shape = newshape }) {
    const [samples, ...rest] = isList(shape) ? shape : [];
    return samples === -1 || samples === null ? ["Reshape", { target_shape: rest }] : undefined;
  },
};
const transpose: Known = {
  options: ["axes", "perm", "conjugate"],
  layer({ axes, perm = axes, conjugate = false }) {
    const [samples, ...dims] = isList(perm) ? perm : [];
    return samples === 0 && !conjugate ? ["Permute", { dims }] : undefined;
  },
};
const clip: Known = {
  options: ["x_min", "x_max", "clip_value_min", "clip_value_max"],
  layer({ x_min, x_max, clip_value_min: least = x_min, clip_value_max: most = x_max }) {
    return least === 0 ? ["ReLU", { max_value: most }] : undefined;
  },
};
const resize: Known = {
  options: [
    ...["size", "interpolation", "method", "antialias", "crop_to_aspect_ratio", "pad_to_aspect_ratio", "fill_mode"],
    ...["fill_value", "data_format", "preserve_aspect_ratio"],
  ],
  layer({ size, method = "bilinear", interpolation = method, preserve_aspect_ratio: preserve, ...options }) {
    if (!isList(size) || preserve) return undefined;
    const [height, width] = size;
    return ["Resizing", { height, width, interpolation, ...options }];
  },
};
const pad: Known = {
  options: ["pad_width", "paddings", "mode", "constant_values"],
  layer({ pad_width, paddings = pad_width, mode = "constant", constant_values: value }) {
    const [samples, height, width, channels] = isList(paddings) && paddings.length === 4 ? paddings : [];
    const isImage = [samples, channels].every((sides) => String(sides) === "0,0");
    if (!isImage || String(mode).toLowerCase() !== "constant" || value) return undefined;
    return ["ZeroPadding2D", { padding: [height, width] }];
  },
};

/** By the names of both, in snake case and without modules. */
const FUNCTIONS: ReadonlyMap<string, Known> = new Map<string, Known>([
  ...ACTIVATIONS.map((name) => [name, activation(name)] as const),
  ["exp", activation("exponential")],
  ["leaky_relu", layerWith("LeakyReLU", ({ alpha = 0.2, negative_slope = alpha }) => ({ negative_slope }))],
  ["elu", layerWith("ELU", ({ alpha = 1 }) => ({ alpha }))],
  ["celu", withOption("celu", "alpha")],
  ["gelu", withOption("gelu", "approximate")],
  ["softmax", { options: ["axis"], layer: ({ axis }) => ["Softmax", { axis: axis ?? -1 }] }],
  [
    "log_softmax",
    { options: ["axis"], layer: ({ axis }) => lastAxis(axis, ["Activation", { activation: "log_softmax" }]) },
  ],
  ["negative", { options: [], layer: () => ["Rescaling", { scale: -1, offset: 0 }] }],
  ["concatenate", { options: ["axis"], layer: ({ axis }) => ["Concatenate", { axis: axis ?? -1 }] }],
  ["concat", { options: ["axis"], layer: ({ axis }) => ["Concatenate", { axis }] }],
  ["mean", reduction("Average")],
  ["reduce_mean", reduction("Average")],
  ["max", reduction("Max")],
  ["reduce_max", reduction("Max")],
  ["reshape", reshape],
  ["transpose", transpose],
  ["clip", clip],
  ["clip_by_value", clip],
  ["resize", resize],
  ["pad", pad],
  ["cast", { options: ["dtype"], layer: ({ dtype }) => (dtype === "float32" ? ["Identity", {}] : undefined) }],
  ["identity", { options: [], layer: () => ["Identity", {}] }],
]);

function layerWith(className: string, options: (given: JsonObject) => JsonObject): Known {
  return { options: ["alpha", "negative_slope"], layer: (given) => [className, options(given)] };
}

/** An activation with an option, which Keras 2 leaves out where it has its default. */
function withOption(name: string, option: string): Known {
  const layer = ({ [option]: value }: JsonObject): Found => {
    const config = { class_name: name, config: { [option]: value } };
    return ["Activation", { activation: value === undefined ? name : config }];
  };
  return { options: [option], layer };
}

const lastAxis = (axis: unknown, found: Found) =>
  axis === undefined || axis === null || axis === -1 ? found : undefined;

/** What rows and calls hold that says nothing here. */
const SILENT = ["name", "trainable", "function"];

/**
 * The layer that computes a function with the options of its row and its call, and the input of the call.
 * @param name `Relu`, `nn.relu`
 * @throws RangeError for options that no layer has
 */
export function functionLayer(name: string, row: unknown, call: FileCall) {
  const { args, kwargs } = call;
  const known = FUNCTIONS.get(toSnakeCase(name.slice(name.lastIndexOf(".") + 1)));
  const config = own(row, "config");
  const { dtype, ...own_ } = isObject(config) ? config : ({} as JsonObject);
  const ofRow = name === "Cast" ? { dtype, ...own_ } : own_;
  const [input = own(kwargs, "x"), ...others] = args;
  if (!known || others.length > 0) return undefined;
  const given = Object.entries({ ...ofRow, ...kwargs }).filter(([key, value]) => {
    return value !== null && value !== undefined && key !== "x" && !SILENT.includes(key);
  });
  const unknown = given.find(([key]) => !known.options.includes(key));
  if (unknown) throw new RangeError(`called with ${unknown[0]}, which is not supported`);
  const found = known.layer(Object.fromEntries(given));
  return found && { className: found[0], options: found[1], input };
}

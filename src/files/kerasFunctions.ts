import { toSnakeCase } from "../base/case.js";
import { isObject, type JsonObject, own } from "./jsonValue.js";
import { IMAGE_FUNCTIONS } from "./kerasImageFunctions.js";
import { type FileCall, type FileRef, refsIn } from "./kerasNodes.js";
import { type KnownFunction, type Operand, type Step, step } from "./kerasSteps.js";
import { TENSOR_FUNCTIONS } from "./kerasTensorFunctions.js";

// Functions on symbolic tensors that are layers too, or some in a row: `keras.ops.relu(x)` of Keras 3, `tf.nn.relu(x)` of Keras 2.

const ACTIVATIONS = [
  ...["relu", "relu6", "sigmoid", "tanh", "softplus", "softsign", "silu", "swish", "selu", "hard_sigmoid", "hard_silu"],
  ...["log_sigmoid", "hard_tanh", "tanh_shrink", "sparse_plus", "sparse_sigmoid", "sparsemax"],
];

const activation = (name: unknown): KnownFunction => ({
  options: [],
  steps: (_, x) => step("Activation", { activation: name }, x),
});

/** An activation with an option, which Keras 2 leaves out where it has its default. */
function withOption(name: string, option: string): KnownFunction {
  return {
    options: [option],
    steps({ [option]: value }, x) {
      const config = { class_name: name, config: { [option]: value } };
      return step("Activation", { activation: value === undefined ? name : config }, x);
    },
  };
}

function layerWith(className: string, options: (given: JsonObject) => JsonObject): KnownFunction {
  return { options: ["alpha", "negative_slope"], steps: (given, x) => step(className, options(given), x) };
}

const alone = (className: string, options: JsonObject = {}): KnownFunction => ({
  options: [],
  steps: (_, x) => step(className, options, x),
});

const clip: KnownFunction = {
  options: ["x_min", "x_max", "clip_value_min", "clip_value_max"],
  steps({ x_min, x_max, clip_value_min: min = x_min ?? null, clip_value_max: max = x_max ?? null }, x) {
    return step("Clip", { min, max }, x);
  },
};
const resize: KnownFunction = {
  options: [
    ...["size", "interpolation", "method", "antialias", "crop_to_aspect_ratio", "pad_to_aspect_ratio", "fill_mode"],
    ...["fill_value", "data_format", "preserve_aspect_ratio"],
  ],
  steps({ size, method = "bilinear", interpolation = method, preserve_aspect_ratio: preserve, ...options }, x) {
    if (!Array.isArray(size) || preserve) return undefined;
    const [height, width] = size;
    return step("Resizing", { height, width, interpolation, ...options }, x);
  },
};

const relu = (x: Operand) => step("ReLU", {}, x);
const negative = (x: Operand) => step("Rescaling", { scale: -1, offset: 0 }, x);

function squaredDifference(_: JsonObject, a: FileRef, b?: FileRef): Step | undefined {
  if (!b) return undefined;
  const difference = step("Subtract", {}, a, b);
  return step("Multiply", {}, difference, difference);
}

/** By the names of both, in snake case and without modules. */
const FUNCTIONS: ReadonlyMap<string, KnownFunction> = new Map<string, KnownFunction>([
  ...ACTIVATIONS.map((name) => [name, activation(name)] as const),
  ["exp", activation("exponential")],
  ["leaky_relu", layerWith("LeakyReLU", ({ alpha = 0.2, negative_slope = alpha }) => ({ negative_slope }))],
  ["elu", layerWith("ELU", ({ alpha = 1 }) => ({ alpha }))],
  ["celu", withOption("celu", "alpha")],
  ["gelu", withOption("gelu", "approximate")],
  ["squareplus", withOption("squareplus", "b")],
  ["hard_shrink", withOption("hard_shrink", "threshold")],
  ["soft_shrink", withOption("soft_shrink", "threshold")],
  [
    "glu",
    {
      options: ["axis"],
      steps: ({ axis = -1 }, x) => (axis === -1 ? step("Activation", { activation: "glu" }, x) : undefined),
    },
  ],
  [
    "threshold",
    {
      options: ["threshold", "default_value"],
      steps: (config, x) => step("Activation", { activation: { class_name: "threshold", config } }, x),
    },
  ],
  ["softmax", { options: ["axis"], steps: ({ axis = -1 }, x) => step("Softmax", { axis }, x) }],
  [
    "log_softmax",
    {
      options: ["axis"],
      steps: ({ axis = -1 }, x) => (axis === -1 ? step("Activation", { activation: "log_softmax" }, x) : undefined),
    },
  ],
  ["negative", alone("Rescaling", { scale: -1, offset: 0 })],
  ["absolute", alone("Absolute")],
  ["abs", alone("Absolute")],
  ["log", alone("Log")],
  ["log1p", { options: [], steps: (_, x) => step("Log", {}, step("Rescaling", { scale: 1, offset: 1 }, x)) }],
  ["sqrt", alone("Power", { exponent: 0.5 })],
  ["rsqrt", alone("Power", { exponent: -0.5 })],
  ["reciprocal", alone("Power", { exponent: -1 })],
  ["clip", clip],
  ["clip_by_value", clip],
  ["resize", resize],
  [
    "cast",
    { options: ["dtype"], steps: ({ dtype }, x) => (dtype === "float32" ? step("Identity", {}, x) : undefined) },
  ],
  ["identity", alone("Identity")],
  ["neg", alone("Rescaling", { scale: -1, offset: 0 })],
  ["ones_like", alone("Rescaling", { scale: 0, offset: 1 })],
  ["zeros_like", alone("Rescaling", { scale: 0, offset: 0 })],
  [
    "expm1",
    {
      options: [],
      steps: (_, x) =>
        step("Rescaling", { scale: 1, offset: -1 }, step("Activation", { activation: "exponential" }, x)),
    },
  ],
  ["add_n", { options: [], steps: (_, ...all) => step("Add", {}, ...all) }],
  ["squared_difference", { options: [], steps: squaredDifference }],
  [
    "crelu",
    { options: ["axis"], steps: ({ axis = -1 }, x) => step("Concatenate", { axis }, relu(x), relu(negative(x))) },
  ],
  ...Object.entries(TENSOR_FUNCTIONS),
  ...Object.entries(IMAGE_FUNCTIONS),
]);

/** Whether there is a function of this name. */
export function isFunction(name: string): boolean {
  return FUNCTIONS.has(nameOf(name));
}

/** `relu` of `Relu` and of `nn.relu`. */
function nameOf(name: string): string {
  return toSnakeCase(name.slice(name.lastIndexOf(".") + 1));
}

/** What rows and calls hold that says nothing here. */
const SILENT = ["name", "trainable", "function", "dtype", "data_format", "sparse", "ragged"];

/**
 * The layers that compute a function with the options of its row and its call: those whose outputs are its outputs.
 * @param name `Relu`, `nn.relu`
 * @throws RangeError for options that no layer has
 */
export function functionSteps(name: string, row: unknown, { args, kwargs }: FileCall): readonly Step[] | undefined {
  const known = FUNCTIONS.get(nameOf(name));
  if (!known) return undefined;
  const config = own(row, "config");
  const tensors = [...args];
  const named: Record<string, unknown> = { ...(isObject(config) && config), ...kwargs };
  for (const key of ["x", "x1", "tensor", "input", "xs", "y", "x2", "b"]) {
    if (refsIn(named[key]) === undefined) continue;
    tensors.push(named[key]);
    delete named[key];
  }
  const inputs: FileRef[] = [];
  const rest: unknown[] = [];
  for (const each of tensors) {
    const refs = rest.length === 0 ? refsIn(each) : undefined;
    if (refs && refs.length > 0) inputs.push(...refs);
    else rest.push(each);
  }
  const { positional = [] } = known;
  for (const [i, value] of rest.entries()) {
    if (value === null || value === undefined) continue;
    if (i >= positional.length) return undefined;
    named[positional[i]!] = value;
  }
  const given = Object.entries(named).filter(([key, value]) => {
    const isSilent = SILENT.includes(key) && !known.options.includes(key);
    return value !== null && value !== undefined && !isSilent;
  });
  const { data_format: format } = named;
  if (/^(channels_first|NC)/.test(String(format))) throw new RangeError(`called with data_format ${format}`);
  const unknown = given.find(([key]) => !known.options.includes(key));
  if (unknown) throw new RangeError(`called with ${unknown[0]}, which is not supported`);
  const [first, ...others] = inputs;
  const found = first && known.steps(Object.fromEntries(given), first, ...others);
  return found && "className" in found ? [found] : found;
}

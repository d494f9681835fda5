import { type Kind, registered } from "../base/registered.js";
import type {
  CallSnapshot,
  CompiledSnapshot,
  LayerSnapshot,
  LossSnapshot,
  MetricSnapshot,
  MetricsSnapshot,
  ModelSnapshot,
  ObjectSnapshot,
  TensorRef,
  Tensors,
} from "../graph/snapshot.js";
import type { OpenShape } from "../layers/base/symbolic.js";
import { isObject, type JsonObject } from "./jsonObject.js";
import { operationRow } from "./kerasOperations.js";

/** The release of Keras whose form the configs have. */
export const KERAS_VERSION = "3.0.0";

/** A model without its weights, in the form of Keras 3: what `model.to_json()` gives and `config.json` in `.keras` holds. */
export function kerasConfig(snapshot: ModelSnapshot): JsonObject {
  const { compiled } = snapshot;
  return { ...modelConfig(snapshot), ...(compiled && { compile_config: compileConfig(compiled) }) };
}

/** What legacy `.h5` files hold of a model. */
export function legacyConfig(snapshot: ModelSnapshot): JsonObject {
  const { class_name, config } = modelConfig(snapshot);
  return { class_name, config };
}

function modelConfig(snapshot: ModelSnapshot): JsonObject {
  const { inputShape } = snapshot;
  if (snapshot.className === "Functional") {
    return {
      module: "keras.src.models.functional",
      class_name: "Functional",
      config: functionalConfig(snapshot),
      registered_name: "Functional",
      build_config: { input_shape: null },
    };
  }
  return {
    module: "keras",
    class_name: "Sequential",
    config: sequentialConfig(snapshot),
    registered_name: null,
    ...(inputShape && { build_config: { input_shape: [null, ...inputShape] } }),
  };
}

function sequentialConfig({ name, trainable = true, inputShape, layers }: ModelSnapshot): JsonObject {
  const rows = layers.map(layerRow);
  return {
    name,
    trainable,
    dtype: "float32",
    layers: inputShape ? [inputRow("input_layer", inputShape), ...rows] : rows,
    ...(inputShape && { build_input_shape: [null, ...inputShape] }),
  };
}

function functionalConfig({ name, trainable = true, layers, inputs, outputs }: ModelSnapshot): JsonObject {
  const shapes = new Map(layers.map(({ config, calls = [] }) => [config.name, calls.map((call) => call.shapes ?? [])]));
  const tensor = ([layer, call, index]: TensorRef) => ({
    class_name: "__keras_tensor__",
    config: {
      shape: [null, ...(shapes.get(layer)?.[call]?.[index] ?? [])],
      dtype: "float32",
      keras_history: [layer, call, index],
    },
  });
  const node = ({ inputs, training }: CallSnapshot) => {
    const tensors = inputs.map(tensor);
    return {
      args: [tensors.length === 1 ? tensors[0] : tensors],
      kwargs: training === undefined ? {} : { training },
    };
  };
  const operationNode = ({ inputs }: CallSnapshot, args: readonly unknown[]) => ({
    args: [...inputs.map(tensor), ...args],
    kwargs: {},
  });
  const rows = layers.map((layer) => {
    const { config, calls = [], className } = layer;
    const [from] = calls[0]?.inputs ?? [];
    const operation = operationRow(layer, (from && shapes.get(from[0])?.[from[1]]?.[from[2]]?.length) ?? 0);
    if (operation) {
      const { row, args } = operation;
      return { ...row, name: config.name, inbound_nodes: calls.map((call) => operationNode(call, args)) };
    }
    const isInput = className === "InputLayer";
    const row = isInput ? inputRow(String(config.name), config.shape as OpenShape) : layerRow(layer);
    return { ...row, name: config.name, inbound_nodes: isInput ? [] : calls.map(node) };
  });
  // Keras 3 counts functional models themselves as their first call, though in these two lists alone.
  const models = new Set(
    layers.filter(({ model }) => model?.className === "Functional").map(({ config }) => config.name),
  );
  const end = ([layer, call, index]: TensorRef) => [layer, models.has(layer) ? call + 1 : call, index];
  const ends = (tensors: Tensors | undefined) => mapTensors(tensors!, end);
  return { name, trainable, layers: rows, input_layers: ends(inputs), output_layers: ends(outputs) };
}

/** The same structure with each tensor replaced. */
export function mapTensors<T>(tensors: Tensors, map: (ref: TensorRef) => T): T | readonly T[] | Record<string, T> {
  if (isRef(tensors)) return map(tensors);
  if (Array.isArray(tensors)) return (tensors as readonly TensorRef[]).map(map);
  return Object.fromEntries(Object.entries(tensors).map(([name, ref]) => [name, map(ref as TensorRef)]));
}

function isRef(tensors: Tensors): tensors is TensorRef {
  return Array.isArray(tensors) && typeof tensors[0] === "string";
}

function inputRow(name: string, shape: OpenShape): JsonObject {
  return {
    module: "keras.layers",
    class_name: "InputLayer",
    config: { batch_shape: [null, ...shape], dtype: "float32", sparse: false, name },
    registered_name: null,
  };
}

/** Layers that stand beside a model of keras.applications. */
const CONVNEXT = ["LayerScale", "StochasticDepth"];

function layerRow({ className, config, model }: LayerSnapshot): JsonObject {
  if (model) {
    const { config: inner, ...row } = modelConfig(model);
    return { ...row, config: { ...(inner as JsonObject), name: config.name, trainable: config.trainable ?? true } };
  }
  const full = { dtype: "float32", ...longForms(config) };
  if (!CONVNEXT.includes(className)) return kerasObject("layer", "keras.layers", className, full);
  const where = { module: "keras.src.applications.convnext", registered_name: className };
  return { ...where, class_name: className, config: full };
}

/** Where Keras looks for a class of users: as `keras.saving.register_keras_serializable()` registers it. */
function whereKerasHas(kind: Kind, className: unknown, module: string): object {
  const isOwn = typeof className === "string" && registered(kind, className) !== undefined;
  return isOwn ? { module: null, registered_name: `Custom>${className}` } : { module, registered_name: null };
}

/** Class and config as Keras has them, and where it looks for the class. */
function kerasObject(kind: Kind, module: string, className: unknown, config: unknown): JsonObject {
  return { ...whereKerasHas(kind, className, module), class_name: className, config };
}

/** The modules of Keras in which objects are that stand in the configs of layers, by the end of the option's name. */
const MODULES: readonly (readonly [ending: string, kind: Kind, module: string])[] = [
  ["_initializer", "initializer", "keras.initializers"],
  ["_regularizer", "regularizer", "keras.regularizers"],
  ["_constraint", "constraint", "keras.constraints"],
  ["learning_rate", "schedule", "keras.optimizers.schedules"],
];

function longForms(config: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(config).map(([key, value]) => [key, longForm(key, value)]));
}

function longForm(key: string, value: unknown): unknown {
  // A layer in a layer.
  if (isObject(value) && value.module === "keras.layers" && isObject(value.config)) {
    return kerasObject("layer", value.module, value.class_name, longForms(value.config));
  }
  const [, kind, module] = MODULES.find(([ending]) => key.endsWith(ending)) ?? [];
  return kind && isObject(value) ? kerasObject(kind, module!, value.class_name, value.config) : value;
}

export function compileConfig(compiled: CompiledSnapshot): JsonObject {
  const { optimizer, loss, lossWeights, metrics, weightedMetrics } = compiled;
  const entries = Object.entries(optimizer.config).map(([key, value]) => [key, longForm(key, value)]);
  return {
    optimizer: kerasObject("optimizer", "keras.optimizers", optimizer.className, Object.fromEntries(entries)),
    loss: eachOutput(loss, (one) => objectConfig("loss", "keras.losses", one as LossSnapshot)),
    // Keras wants all of them.
    loss_weights: lossWeights ? eachOutput(loss, (_, name) => lossWeights[name ?? ""] ?? 1) : null,
    metrics: metricsConfig(metrics),
    weighted_metrics: weightedMetrics ? metricsConfig(weightedMetrics) : null,
    run_eagerly: false,
    steps_per_execution: 1,
    jit_compile: false,
  };
}

function metricsConfig(metrics: MetricsSnapshot): unknown {
  return eachOutput(metrics, (list) =>
    (list as readonly MetricSnapshot[]).map((metric) => objectConfig("metric", "keras.metrics", metric)),
  );
}

function objectConfig(kind: Kind, module: string, object: LossSnapshot | MetricSnapshot): unknown {
  if (typeof object === "string") return object;
  return kerasObject(kind, module, object.className, object.config);
}

function isObjectSnapshot(value: unknown): value is ObjectSnapshot {
  return isObject(value) && "className" in value && "config" in value;
}

/** The same for the only output, or for each by its name. */
export function eachOutput<R>(given: unknown, make: (one: unknown, name?: string) => R): R | Record<string, R> {
  if (!isObject(given) || isObjectSnapshot(given)) return make(given);
  return Object.fromEntries(Object.entries(given).map(([name, one]) => [name, make(one, name)]));
}

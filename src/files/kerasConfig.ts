import type { CompiledSnapshot, ModelSnapshot } from "../graph/snapshot.js";
import { isObject, type JsonObject } from "./jsonValue.js";

/** The release of Keras whose form the configs have. */
export const KERAS_VERSION = "3.0.0";

/** A model without its weights, in the form of Keras 3: what `model.to_json()` gives and `config.json` in `.keras` holds. */
export function kerasConfig(snapshot: ModelSnapshot): JsonObject {
  const { compiled, inputShape } = snapshot;
  return {
    module: "keras",
    class_name: "Sequential",
    config: sequentialConfig(snapshot),
    registered_name: null,
    ...(inputShape && { build_config: { input_shape: [null, ...inputShape] } }),
    ...(compiled && { compile_config: compileConfig(compiled) }),
  };
}

/** The config proper, as legacy `.h5` files hold it too. */
export function sequentialConfig({ name, inputShape, layers }: ModelSnapshot): JsonObject {
  const input = {
    module: "keras.layers",
    class_name: "InputLayer",
    config: { batch_shape: [null, ...(inputShape ?? [])], dtype: "float32", sparse: false, name: "input_layer" },
    registered_name: null,
  };
  const rows = layers.map(({ className, config }) => ({
    module: "keras.layers",
    class_name: className,
    config: { dtype: "float32", ...Object.fromEntries(Object.entries(config).map(([k, v]) => [k, longForm(k, v)])) },
    registered_name: null,
  }));
  return {
    name,
    trainable: true,
    dtype: "float32",
    layers: inputShape ? [input, ...rows] : rows,
    ...(inputShape && { build_input_shape: [null, ...inputShape] }),
  };
}

function longForm(key: string, value: unknown): unknown {
  return key.endsWith("_initializer") && isObject(value)
    ? { module: "keras.initializers", ...value, registered_name: null }
    : value;
}

export function compileConfig({ optimizer, loss, metrics }: CompiledSnapshot): JsonObject {
  const { className, config } = optimizer;
  return {
    optimizer: { module: "keras.optimizers", class_name: className, config, registered_name: null },
    loss,
    loss_weights: null,
    metrics,
    weighted_metrics: null,
    run_eagerly: false,
    steps_per_execution: 1,
    jit_compile: false,
  };
}

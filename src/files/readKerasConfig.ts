import { checkShape, show } from "../engine/check.js";
import type { Shape } from "../engine/shape.js";
import { isLayerClass, layerFromConfig } from "../layers/fromConfig.js";
import type { LayerConfig } from "../layers/layer.js";
import { type LossName, resolveLoss } from "../losses/resolve.js";
import { type MetricName, resolveMetric } from "../metrics/resolve.js";
import type { CompiledSnapshot, LayerSnapshot, ModelSnapshot } from "../model/snapshot.js";
import { optimizerFromConfig } from "../optimizers/fromConfig.js";
import { isObject, type JsonObject, own } from "./jsonValue.js";

/** More layers are no model: a list of any length would take any time. */
const MOST_LAYERS = 1_000;

/**
 * A model's description without weights, from the config of a Keras `Sequential`: of Keras 2, Keras 3 or TensorFlow.js.
 * @param where what the config stands in, for errors
 * @throws Error with everything in it that is not supported
 */
export function readKerasConfig(where: string, config: unknown): ModelSnapshot {
  const kind = className(config);
  if (kind !== "Sequential") throw new Error(`${where}: expected a Sequential model, got ${show(kind)}`);
  const inner = own(config, "config");
  // Keras 2.1 and older: the bare list of layers.
  const rows = Array.isArray(inner) ? inner : own(inner, "layers");
  if (!Array.isArray(rows)) throw new Error(`${where}: expected a list of layers, got ${show(rows)}`);
  if (rows.length > MOST_LAYERS)
    throw new Error(`${where}: expected at most ${MOST_LAYERS} layers, got ${rows.length}`);
  const name = own(inner, "name");
  const problems: string[] = [];
  let inputShape = batchShape(own(inner, "build_input_shape"), problems);
  const layers: LayerSnapshot[] = [];
  for (const [i, row] of rows.entries()) {
    const config = own(row, "config");
    const first = i === 0 ? (own(config, "batch_shape") ?? own(config, "batch_input_shape")) : undefined;
    if (first !== undefined) inputShape = batchShape(first, problems) ?? inputShape;
    if (className(row) === "InputLayer" && i === 0) continue;
    const layer = readLayer(row, problems);
    if (layer) layers.push(layer);
  }
  if (problems.length > 0) {
    const list = [...new Set(problems)].map((problem) => `\n- ${problem}`).join("");
    throw new Error(`${where}: expected layers and options that are supported, got:${list}`);
  }
  return { name: typeof name === "string" && name !== "" ? name : "sequential", inputShape, layers };
}

function className(row: unknown): unknown {
  return own(row, "class_name") ?? own(row, "className");
}

function readLayer(row: unknown, problems: string[]): LayerSnapshot | undefined {
  const kind = className(row);
  const config = own(row, "config");
  if (typeof kind !== "string" || !isObject(config)) {
    problems.push(`a layer without class_name and config: ${show(row)}`);
    return undefined;
  }
  const label = `${kind} ${show(own(config, "name"))}`;
  if (!isLayerClass(kind)) {
    problems.push(kind === "Lambda" ? `${label}: code is never run` : `${label}: no such layer`);
    return undefined;
  }
  const { batch_shape, batch_input_shape, batchInputShape, ...options } = config;
  try {
    const layer = layerFromConfig(kind, options);
    return { className: kind, config: configOf(layer), weights: [] };
  } catch (error) {
    problems.push(`${label}: ${(error as Error).message}`);
    return undefined;
  }
}

/** As a snapshot holds it. */
function configOf(layer: { name: string; trainable: boolean; config(): LayerConfig }): LayerConfig {
  return { name: layer.name, trainable: layer.trainable, ...layer.config() };
}

function batchShape(value: unknown, problems: string[]): Shape | undefined {
  if (value === undefined || value === null) return undefined;
  try {
    if (Array.isArray(value) && value.slice(1).every((size) => size !== null)) return checkShape("", value.slice(1));
  } catch {}
  problems.push(`an input of shape ${show(value)}: expected [null, ...sizes]`);
  return undefined;
}

/**
 * What `compile` was given, from Keras' `compile_config` or `training_config`. Undefined where nothing is said, or no optimizer.
 * @throws Error with everything in it that has no counterpart here
 */
export function readCompileConfig(where: string, config: unknown): CompiledSnapshot | undefined {
  const given = own(config, "optimizer") ?? own(config, "optimizer_config");
  if (given === undefined || given === null) return undefined;
  const problems: string[] = [];
  const attempt = <T>(read: () => T): T | undefined => {
    try {
      return read();
    } catch (error) {
      problems.push((error as Error).message);
      return undefined;
    }
  };
  for (const key of ["loss_weights", "weighted_metrics"]) {
    const value = own(config, key);
    if (value !== undefined && value !== null) problems.push(`${key}: ${show(value)}`);
  }
  const optimizer = attempt(() => {
    const kind = typeof given === "string" ? given : className(given);
    const options = own(given, "config");
    return optimizerFromConfig(String(kind), isObject(options) ? options : {});
  });
  const loss = attempt(() => resolveLoss("loss", lossName(own(config, "loss")) as LossName).name);
  const metrics = attempt(() => {
    const list = own(config, "metrics") ?? [];
    if (!Array.isArray(list)) throw new TypeError(`metrics: expected a list, got ${show(list)}`);
    return list.flat().map((metric) => {
      const name = metricName(metric);
      resolveMetric("metrics", name);
      return name;
    });
  });
  if (!optimizer || !loss || !metrics || problems.length > 0) {
    const list = problems.map((problem) => `\n- ${problem}`).join("");
    throw new Error(
      `${where}: expected settings of compile that are supported, got:${list}\n(\`compile: false\` leaves them out)`,
    );
  }
  return { optimizer: { className: optimizer.className, config: optimizer.config() }, loss, metrics };
}

/** Options of a loss that change nothing: the defaults. */
const LOSS_DEFAULTS: JsonObject = { from_logits: false, label_smoothing: 0, axis: -1, dtype: "float32" };

function lossName(loss: unknown): unknown {
  if (!isObject(loss)) return snakeCase(loss);
  const config = own(loss, "config");
  // A function, not an object: its name.
  if (typeof config === "string") return config;
  for (const [key, value] of Object.entries(LOSS_DEFAULTS)) {
    const given = own(config, key);
    const policy = own(own(given, "config"), "name") ?? given;
    if (policy !== undefined && policy !== null && policy !== value) {
      throw new RangeError(`loss: expected ${key} ${show(value)}, got ${show(policy)}`);
    }
  }
  return snakeCase(className(loss));
}

/** Keras 2 wraps a metric's function in an object that has the name it was given. */
function metricName(metric: unknown): MetricName {
  const config = own(metric, "config");
  if (typeof config === "string") return config as MetricName;
  return snakeCase(own(config, "name") ?? className(metric) ?? metric) as MetricName;
}

function snakeCase(name: unknown): unknown {
  return typeof name === "string" ? name.replace(/(?<=[a-z])[A-Z]/g, "_$&").toLowerCase() : name;
}

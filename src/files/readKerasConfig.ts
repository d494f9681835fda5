import { checkShape, show } from "../engine/check.js";
import type { Shape } from "../engine/shape.js";
import type { LayerSnapshot, ModelSnapshot } from "../graph/snapshot.js";
import type { LayerConfig } from "../layers/layer.js";
import { MOST_LAYERS } from "../layers/names.js";
import { layerClass, layerFromConfig } from "../layers/registry.js";
import { isObject, own } from "./jsonValue.js";

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
  const count = rows.length - (className(rows[0]) === "InputLayer" ? 1 : 0);
  if (count > MOST_LAYERS) throw new Error(`${where}: expected at most ${MOST_LAYERS} layers, got ${count}`);
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

export function className(row: unknown): unknown {
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
  if (!layerClass(kind)) {
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

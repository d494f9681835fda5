import { show } from "../base/check.js";
import { OnDemand } from "../base/onDemand.js";
import type { LayerSnapshot, ModelSnapshot } from "../graph/snapshot.js";
import { MOST_LAYERS } from "../layers/base/names.js";
import { isObject, type JsonObject, own } from "./jsonValue.js";
import { batchShape, className, inputOptions, isModelClass, labelOf, type Reading, readShape } from "./kerasRows.js";
import { knownLayers } from "./knownLayers.js";

/** What reads graphs of layers and operators: a chain needs nothing of it. */
export const graphReader = /* @__PURE__ */ new OnDemand(() => import("./readKerasGraph.js"));

/** Models inside models: deeper ones are nobody's. */
const MOST_NESTED = 30;
/** Calls of layers with models inside taken apart: a file of a few lines could ask for any number. */
const MOST_CALLS = 10 * MOST_LAYERS;

/**
 * A model's description without weights, from the config of a Keras model, `Sequential` or functional, with models inside to any
 * depth: of Keras 2, Keras 3 or TensorFlow.js.
 * @param where what the config stands in, for errors
 * @throws Error with everything in it that is not supported
 */
export function readKerasConfig(where: string, config: unknown): ModelSnapshot {
  const given = own(config, "model_config") ?? config;
  const kind = className(given);
  if (!isModelClass(kind)) {
    throw new Error(`${where}: expected a Sequential or functional model, got ${show(kind)}`);
  }
  const problems: string[] = [];
  const reading: Reading = { path: "", depth: 0, problems, layers: knownLayers };
  let model: ModelSnapshot;
  try {
    model = readModel(given, undefined, reading);
  } catch (error) {
    throw new Error(`${where}: ${(error as Error).message}`, { cause: error });
  }
  if (problems.length > 0) {
    const list = [...new Set(problems)].map((problem) => `\n- ${problem}`).join("");
    throw new Error(`${where}: expected layers and options that are supported, got:${list}`);
  }
  const calls = callsIn(model);
  if (calls > MOST_CALLS) throw new Error(`${where}: expected at most ${MOST_CALLS} calls of layers, got ${calls}`);
  return model;
}

/** Of the layers, models inside taken apart. */
function callsIn({ layers }: ModelSnapshot): number {
  return layers.reduce(
    (sum, { model, calls }) => sum + Math.max(1, calls?.length ?? 1) * (model ? callsIn(model) : 1),
    0,
  );
}

/** @throws Error for a model without layers, or with too many */
function readModel(row: unknown, givenName: string | undefined, reading: Reading): ModelSnapshot {
  const inner = own(row, "config");
  // Keras 2.1 and older: of a Sequential the bare list of layers.
  const rows = Array.isArray(inner) ? inner : own(inner, "layers");
  if (!Array.isArray(rows)) throw new Error(`expected a list of layers, got ${show(rows)}`);
  const count = rows.length - (className(rows[0]) === "InputLayer" ? 1 : 0);
  if (count > MOST_LAYERS) throw new Error(`expected at most ${MOST_LAYERS} layers, got ${count}`);
  const isSequential = className(row) === "Sequential";
  const name = givenName ?? own(inner, "name");
  const head = {
    version: 2,
    name: typeof name === "string" && name !== "" ? name : isSequential ? "sequential" : "functional",
    ...(own(inner, "trainable") === false && { trainable: false }),
  };
  if (isSequential) return { ...head, className: "Sequential", ...readChain(inner, rows, reading) };
  const { readGraph } = graphReader.part;
  return { ...head, className: "Functional", ...readGraph(inner as JsonObject, rows, reading, readLayer) };
}

function readChain(inner: unknown, rows: readonly unknown[], reading: Reading) {
  const { problems } = reading;
  let inputShape = readShape(own(inner, "build_input_shape"), problems);
  const layers: LayerSnapshot[] = [];
  const names = new Set<string>();
  for (const [i, row] of rows.entries()) {
    const config = own(row, "config");
    if (i === 0) inputShape = readShape(batchShape(config), problems) ?? inputShape;
    if (className(row) === "InputLayer" && i === 0) continue;
    const layer = readLayer(row, undefined, names, reading);
    if (layer) layers.push(layer);
  }
  return { inputShape, layers };
}

/**
 * A layer, or a model inside; undefined, and a problem more, if it is not supported.
 * @param givenName by which calls know it, if it has calls
 * @param names that are taken in its model; its own comes in
 */
function readLayer(
  row: unknown,
  givenName: string | undefined,
  names: Set<string>,
  reading: Reading,
): LayerSnapshot | undefined {
  const { path, depth, problems, layers } = reading;
  const kind = className(row);
  const config = own(row, "config");
  const isModel = isModelClass(kind);
  if (typeof kind !== "string" || !(isObject(config) || (isModel && Array.isArray(config)))) {
    problems.push(`a layer without class_name and config: ${show(row)}`);
    return undefined;
  }
  const name = givenName ?? own(config, "name");
  const label = labelOf(kind, name, path);
  if (isModel) {
    if (depth >= MOST_NESTED) throw new Error(`expected models at most ${MOST_NESTED} deep in each other, got more`);
    const free = typeof name === "string" && name !== "" ? name : freeName(kind, names);
    names.add(free);
    const model = readModel(row, free, { ...reading, path: `${path}${free}/`, depth: depth + 1 });
    const { trainable = true } = model;
    return { className: model.className!, config: { name: free, trainable }, weights: [], model };
  }
  const { batch_shape, batch_input_shape, batchInputShape, ...options } = config as JsonObject;
  const ofInput = kind === "InputLayer" ? inputOptions(config, problems) : {};
  const layer = layers.makeRow(kind, { ...options, ...ofInput, name }, label, problems);
  if (layer) names.add(String(layer.config.name));
  return layer;
}

function freeName(kind: string, names: ReadonlySet<string>): string {
  const base = kind.toLowerCase();
  for (let i = 0; ; i++) {
    const name = i === 0 ? base : `${base}_${i}`;
    if (!names.has(name)) return name;
  }
}

import type { CallSnapshot, LayerSnapshot, ModelSnapshot, TensorRef } from "../graph/snapshot.js";
import type { JsonObject } from "./jsonValue.js";
import { mapTensors } from "./kerasConfig.js";
import { tfjsLayerConfig } from "./tfjsLayers.js";
import { type ExpectedLayer, type ExpectedModel, type ExpectedWeight, leafLayers } from "./weightNames.js";

// Models as TensorFlow.js 4 describes them: Keras 2's form, without rows of inputs in chains.

/** Weights that TensorFlow.js calls otherwise than Keras 3, by class. */
const THEIR_NAMES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  DepthwiseConv2D: { kernel: "depthwise_kernel" },
};

/** As TensorFlow.js calls a weight. */
export function theirName(className: string, name: string): string {
  return (Object.hasOwn(THEIR_NAMES, className) && THEIR_NAMES[className]![name]) || name;
}

/** Of layers and weights in the files of TensorFlow.js. */
export interface TfjsNames {
  readonly layers: ReadonlyMap<ExpectedLayer, string>;
  readonly weights: ReadonlyMap<ExpectedWeight, string>;
}

/**
 * TensorFlow.js finds weights by the name of their layer alone, models around it left out: layers that are called alike in different
 * models get these in front, `encoder_conv2d`.
 */
export function tfjsNames(model: ExpectedModel): TfjsNames {
  const leaves = leafLayers(model);
  const taken = new Set<string>();
  const layers = new Map<ExpectedLayer, string>();
  const weights = new Map<ExpectedWeight, string>();
  for (const layer of leaves) {
    let name = layer.name;
    if (taken.has(name)) name = layer.path.replaceAll("/", "_");
    for (let i = 1; taken.has(name); i++) name = `${layer.path.replaceAll("/", "_")}_${i}`;
    taken.add(name);
    layers.set(layer, name);
    for (const weight of layer.weights) weights.set(weight, `${name}/${theirName(layer.className, weight.name)}`);
  }
  return { layers, weights };
}

/** Class and config of a model. */
export function tfjsConfig({ snapshot, layers }: ExpectedModel, names: TfjsNames["layers"]): JsonObject {
  const { name, trainable = true, inputShape } = snapshot;
  const called = new Map(layers.map((layer) => [layer.name, names.get(layer) ?? layer.name]));
  const rows = layers.map((layer, l) => {
    const row = snapshot.layers[l]!;
    if (layer.model) {
      const { class_name, config } = tfjsConfig(layer.model, names);
      return { class_name, config: { ...(config as JsonObject), name: layer.name, trainable: row.config.trainable } };
    }
    return { class_name: row.className, config: { ...configOf(row), name: called.get(layer.name)! } };
  });
  if (snapshot.className !== "Functional") {
    const first = inputShape && { batch_input_shape: [null, ...inputShape], dtype: "float32" };
    const withInput = rows.map((row, i) =>
      i === 0 && first && !layers[0]!.model ? { ...row, config: { ...row.config, ...first } } : row,
    );
    return { class_name: "Sequential", config: { name, layers: withInput } };
  }
  return { class_name: "Model", config: { name, trainable, ...graphConfig(snapshot, rows, called) } };
}

function configOf({ className, config }: LayerSnapshot): JsonObject {
  if (className !== "InputLayer") return tfjsLayerConfig(className, config);
  const { name, shape } = config;
  return { batch_input_shape: [null, ...(shape as readonly (number | null)[])], dtype: "float32", sparse: false, name };
}

interface Row {
  readonly class_name: unknown;
  readonly config: JsonObject;
}

function graphConfig(
  { layers, inputs, outputs }: ModelSnapshot,
  rows: readonly Row[],
  called: ReadonlyMap<string, string>,
): JsonObject {
  // TensorFlow.js counts models themselves as their first call.
  const models = new Set(layers.filter(({ model }) => model).map(({ config }) => config.name));
  const entry = ([layer, call, tensor]: TensorRef) => [called.get(layer)!, call + (models.has(layer) ? 1 : 0), tensor];
  const node = ({ inputs, training }: CallSnapshot) =>
    inputs.map((ref) => [...entry(ref), training === undefined ? {} : { training }]);
  const nodes = layers.map(({ className, calls = [] }) => (className === "InputLayer" ? [] : calls.map(node)));
  const list = (tensors: NonNullable<ModelSnapshot["inputs"]>) => {
    const all: unknown[] = [];
    mapTensors(tensors, (ref) => all.push(entry(ref)));
    return all;
  };
  return {
    layers: rows.map((row, l) => ({ name: row.config.name, ...row, inbound_nodes: nodes[l]! })),
    input_layers: list(inputs!),
    output_layers: list(outputs!),
  };
}

import { show } from "../base/check.js";
import type { Bytes } from "../engine/kernels/kinds.js";
import type { ModelSnapshot } from "../graph/snapshot.js";
import { snakeCase } from "../layers/base/names.js";
import { type ReadOptions, readCompiled } from "./compileSettings.js";
import { groupAt, type Hdf5Group, type Hdf5Numbers, type Hdf5Value, isGroup, nodeAt } from "./hdf5/tree.js";
import { MOST_ATTRIBUTE, type WritableGroup, type WritableNode, writeHdf5 } from "./hdf5/writeHdf5.js";
import { kerasJson, parseJson } from "./jsonValue.js";
import { compileConfig, KERAS_VERSION, legacyConfig } from "./kerasConfig.js";
import { type Matching, strict } from "./matching.js";
import { optimizerVariables, type SortedVariables, trainedWeights, withOptimizerState } from "./optimizerState.js";
import { readKerasConfig } from "./readKerasConfig.js";
import { weightData } from "./readWeightsTree.js";
import {
  dataOf,
  type ExpectedLayer,
  type ExpectedModel,
  type ExpectedWeight,
  expectedWeights,
  withWeights,
} from "./weightNames.js";

const WHERE = ".h5 file";

/** Keras' legacy `.h5`: description, weights by the names of the layers, and the optimizer's state. */
export function writeKerasH5(snapshot: ModelSnapshot): Bytes {
  const { name, layers, compiled } = snapshot;
  const expected = expectedWeights(snapshot);
  const versions: [string, Hdf5Value][] = [
    ["backend", "tensorflow"],
    ["keras_version", KERAS_VERSION],
  ];
  const names = layers.map(({ config }) => String(config.name));
  const numbers = dataOf(snapshot, expected);
  const groups = expected.layers.map((layer): [string, WritableNode] => {
    const entries = legacyOrder(layer).map((weight) => {
      return [`${name}/${weight.path}`, { shape: weight.shape, data: numbers.get(weight)! }] as const;
    });
    return [layer.name, named(entries)];
  });
  const attributes = new Map<string, Hdf5Value>([...versions, ["model_config", kerasJson(legacyConfig(snapshot))]]);
  const children = new Map<string, WritableNode>([
    [
      "model_weights",
      {
        attributes: new Map([...versions, ...list("layer_names", names)]),
        children: new Map([...groups, ["top_level_model_weights", named([])]]),
      },
    ],
  ]);
  if (compiled) {
    const { optimizer, ...rest } = compileConfig(compiled);
    attributes.set("training_config", kerasJson({ ...rest, optimizer_config: optimizer }));
  }
  const variables = optimizerVariables(snapshot);
  if (variables.length > 0) {
    const prefix = snakeCase(compiled!.optimizer.className);
    const entries = variables.map((variable) => [`${prefix}/${variable.name}`, variable.value] as const);
    children.set("optimizer_weights", named(entries));
  }
  return writeHdf5({ attributes, children });
}

/** A group that holds these datasets at their paths, and their names in order. */
function named(entries: readonly (readonly [path: string, node: WritableNode])[]): WritableGroup {
  const root = new Map<string, WritableNode>();
  for (const [path, node] of entries) {
    const parts = path.split("/");
    let children = root;
    for (const part of parts.slice(0, -1)) {
      const group = (children.get(part) as { children: Map<string, WritableNode> } | undefined) ?? {
        children: new Map(),
      };
      children.set(part, group);
      children = group.children;
    }
    children.set(parts.at(-1)!, node);
  }
  return {
    attributes: new Map(
      list(
        "weight_names",
        entries.map(([path]) => path),
      ),
    ),
    children: root,
  };
}

/** Keras cuts a list that is too long for one attribute into name0, name1, ... */
function list(name: string, texts: readonly string[]): [string, Hdf5Value][] {
  const width = Math.max(1, ...texts.map((text) => new TextEncoder().encode(text).length));
  const most = Math.max(1, Math.floor(MOST_ATTRIBUTE / width));
  if (texts.length <= most) return [[name, texts]];
  const chunks = Math.ceil(texts.length / most);
  return Array.from({ length: chunks }, (_, i) => [`${name}${i}`, texts.slice(i * most, (i + 1) * most)]);
}

/** @throws Error if the file is damaged, or with everything in it that is not supported */
export function readKerasH5(root: Hdf5Group, options: ReadOptions = {}): ModelSnapshot {
  const text = (name: string) => {
    const value = root.attributes.get(name);
    return typeof value === "string" ? parseJson(`${WHERE}: ${name}`, value) : undefined;
  };
  const config = text("model_config");
  const model = readKerasConfig(WHERE, config);
  const expected = expectedWeights(model);
  const settings = readCompiled(WHERE, text("training_config"), model, options, (compiled) =>
    withOptimizerState("optimizer", compiled, expected, optimizerWeights(root, trainedWeights(expected).length)),
  );
  return { ...readLegacyWeights(root, expected), ...settings };
}

export function isWholeModel(root: Hdf5Group): boolean {
  return typeof root.attributes.get("model_config") === "string";
}

/**
 * The weights of an `.h5`, of a whole model or of weights alone (Keras 2's `save_weights`: the groups of the layers at the root).
 * @throws Error if they are not those of the model
 */
export function readLegacyWeights(root: Hdf5Group, model: ExpectedModel, matching?: Matching): ModelSnapshot {
  const { data, byName, onMismatch } = matching ?? strict();
  // A file of weights has them at its root.
  const weights = groupAt(root, "model_weights") ?? root;
  const names = texts(weights, "layer_names") ?? [];
  // Else the group of one layer could be read as often as there are names.
  if (new Set(names).size < names.length) throw new Error(`${WHERE}: expected layer_names that are unlike, got twins`);
  const given = names
    .map((name) => ({ name, values: datasets(groupAt(weights, name)) }))
    .filter(({ values }) => values.length > 0);
  // Names may differ, as Keras counts them anew in each process.
  const wanted = model.layers.map(legacyOrder).map((expected, l) => ({ expected, name: model.layers[l]!.name }));
  const own = wanted.filter(({ expected }) => expected.length > 0);
  if (!byName && given.length !== own.length) {
    throw new Error(`${WHERE}: expected ${own.length} layers with weights, got ${given.length}`);
  }
  for (const [l, { expected, name: ownName }] of own.entries()) {
    const found = byName ? given.find(({ name }) => name === ownName) : given[l];
    if (!found) continue;
    const { name, values } = found;
    if (values.length !== expected.length) {
      const error = `${WHERE}: expected ${expected.length} weights in ${show(name)}, got ${values.length}`;
      onMismatch(expected, new Error(error));
      continue;
    }
    for (const [i, weight] of expected.entries()) {
      try {
        data.set(weight, weightData(WHERE, show(name), weight, values[i]!.value));
      } catch (error) {
        onMismatch([weight], error as Error);
      }
    }
  }
  return withWeights(model, data);
}

/** Those of a layer or a model inside as legacy files have them: first what is trained, then what is not. */
function legacyOrder(layer: ExpectedLayer): readonly ExpectedWeight[] {
  return layer.trainable ? [...trained(layer), ...untrained(layer)] : inOrder(layer);
}

function trained({ trainable, weights, model }: ExpectedLayer): readonly ExpectedWeight[] {
  if (model) return model.layers.flatMap(trained);
  return trainable ? weights.filter(({ learns }) => learns) : [];
}

function untrained({ trainable, weights, model }: ExpectedLayer): readonly ExpectedWeight[] {
  if (model) return model.layers.flatMap(untrained);
  return trainable ? weights.filter(({ learns }) => !learns) : weights;
}

/** Layer by layer. */
function inOrder(layer: ExpectedLayer): readonly ExpectedWeight[] {
  return layer.model ? layer.model.layers.flatMap(inOrder) : [...trained(layer), ...untrained(layer)];
}

/** The datasets of a group in the order of its attribute `weight_names`. */
function datasets(group: Hdf5Group | undefined): readonly { name: string; value: Hdf5Numbers }[] {
  if (!group) return [];
  return (texts(group, "weight_names") ?? []).map((name) => {
    const value = nodeAt(group, name);
    if (!value || isGroup(value)) throw new Error(`${WHERE}: expected a dataset ${show(name)}, got none`);
    return { name, value };
  });
}

function optimizerWeights(root: Hdf5Group, weights: number): SortedVariables {
  const all = datasets(groupAt(root, "optimizer_weights"));
  const last = (name: string) => name.split("/").at(-1)!.replace(/:0$/, "");
  const isIteration = ({ name }: { name: string }) => /^iter(ations?)?$/.test(last(name));
  const isRate = ({ name }: { name: string }) => /^_?(current_)?learning_rate$/.test(last(name));
  const iteration = all.find(isIteration);
  const slots = all.filter((each) => !isIteration(each) && !isRate(each)).map(({ value }) => value);
  // Keras 2.0 to 2.10 call the step `iter` or `iterations`, and go slot by slot: `Adam/dense/kernel/m:0`. Up to 2.2 there are slots
  // that nobody uses, after the others: one number for each weight.
  const bySlot = iteration !== undefined && last(iteration.name) !== "iteration";
  const unused = bySlot && weights > 0 && slots.slice(-weights).every(({ shape }) => shape.join() === "1");
  return {
    iteration: iteration?.value,
    learningRate: all.find(isRate)?.value,
    slots: unused ? slots.slice(0, -weights) : slots,
    bySlot,
  };
}

/** A list of texts, be it cut into pieces. */
function texts({ attributes }: Hdf5Group, name: string): readonly string[] | undefined {
  const whole = attributes.get(name);
  if (whole === undefined) {
    const pieces: string[] = [];
    for (let i = 0; attributes.has(`${name}${i}`); i++) pieces.push(...listOf(attributes.get(`${name}${i}`)));
    return pieces.length > 0 ? pieces : undefined;
  }
  return listOf(whole);
}

function listOf(value: Hdf5Value | undefined): readonly string[] {
  return Array.isArray(value) ? value : [];
}

import { show } from "../engine/check.js";
import { sameShape } from "../engine/shape.js";
import type { ModelSnapshot } from "../graph/snapshot.js";
import { snakeCase } from "../layers/names.js";
import { groupAt, type Hdf5Group, type Hdf5Numbers, isGroup } from "./hdf5/tree.js";
import type { WritableGroup, WritableNode } from "./hdf5/writeHdf5.js";
import { optimizerVariables, type SortedVariables } from "./optimizerState.js";
import { type ExpectedWeight, expectedWeights, withWeights } from "./weightNames.js";

// Keras 3's `model.weights.h5`: layers/<class in snake case>[_n]/vars/<i>, and optimizer/vars/<i>.

/** Names of the groups of the layers: by class and order, never by the layer's own name. */
export function groupNames({ layers }: ModelSnapshot): readonly string[] {
  const counts = new Map<string, number>();
  return layers.map(({ className }) => {
    const base = snakeCase(className);
    const count = counts.get(base) ?? 0;
    counts.set(base, count + 1);
    return count === 0 ? base : `${base}_${count}`;
  });
}

export function weightsTree(snapshot: ModelSnapshot): WritableGroup {
  const names = groupNames(snapshot);
  const layers = snapshot.layers.map(({ config, weights }, i): [string, WritableNode] => [
    names[i]!,
    group([["vars", variables(weights, String(config.name))]]),
  ]);
  const optimizer = optimizerVariables(snapshot).map(({ value }) => value);
  return group([
    ["layers", group(layers)],
    ["vars", variables([], snapshot.name)],
    ...(optimizer.length > 0
      ? [
          [
            "optimizer",
            group([["vars", variables(optimizer, snakeCase(snapshot.compiled!.optimizer.className))]]),
          ] as const,
        ]
      : []),
  ]);
}

function group(children: Iterable<readonly [string, WritableNode]>): WritableGroup {
  return { children: new Map(children) };
}

function variables(values: readonly WritableNode[], name: string): WritableGroup {
  return { attributes: new Map([["name", name]]), children: new Map(values.map((value, i) => [String(i), value])) };
}

/**
 * A description with the weights of such a tree.
 * @throws Error if a weight is missing, or one too many, or of another shape
 */
export function readWeightsTree(where: string, root: Hdf5Group, model: ModelSnapshot): ModelSnapshot {
  const expected = expectedWeights(model);
  const names = groupNames(model);
  const groups = layerGroups(root, model, expected);
  const data = expected.map((weights, l) => {
    const path = `layers/${names[l]}/vars`;
    const group = groups ? groups[l] && groupAt(groups[l], "vars") : groupAt(root, path);
    return readVariables(where, group, weights, `${path} (${show(model.layers[l]!.config.name)})`);
  });
  return { ...model, layers: withWeights(model.layers, expected, data) };
}

/**
 * The groups of the layers as Keras 2.13 to 2.15 has them, layer by layer: on Windows `layers\\dense` at the root; in some of
 * these the layers lie in `_layer_checkpoint_dependencies`, where one with weights counts twice. Undefined for any other tree.
 */
function layerGroups(
  root: Hdf5Group,
  { layers }: ModelSnapshot,
  expected: readonly (readonly ExpectedWeight[])[],
): readonly (Hdf5Group | undefined)[] | undefined {
  if (groupAt(root, "layers")) return undefined;
  const dependencies = groupAt(root, DEPENDENCIES);
  const entries = dependencies ? [...dependencies.children] : entriesWithBackslash(root);
  if (entries.length === 0) return undefined;
  // By class, in order of their numbers; those without variables are other layers, or the same once more.
  const byClass = new Map<string, { number: number; group: Hdf5Group }[]>();
  for (const [name, group] of entries) {
    if (!isGroup(group) || numbersIn(groupAt(group, "vars")).length === 0) continue;
    const [, base = name, number = "0"] = /^(.*?)_(\d+)$/.exec(name) ?? [];
    byClass.set(base, [...(byClass.get(base) ?? []), { number: Number(number), group }]);
  }
  for (const groups of byClass.values()) groups.sort((a, b) => b.number - a.number);
  return layers.map(({ className }, l) =>
    expected[l]!.length > 0 ? byClass.get(snakeCase(className))?.pop()?.group : undefined,
  );
}

const DEPENDENCIES = "_layer_checkpoint_dependencies";

function entriesWithBackslash(root: Hdf5Group): [string, Hdf5Group | Hdf5Numbers][] {
  return [...root.children].flatMap(([path, node]) => {
    const name = /^(?:layers|_layer_checkpoint_dependencies)\\([^\\]+)$/.exec(path)?.[1];
    return name === undefined ? [] : [[name, node]];
  });
}

/** The variables of the optimizer, and its name: `rm_sprop`. */
export function optimizerState(root: Hdf5Group): SortedVariables & { readonly name: unknown } {
  const variables = groupAt(root, "optimizer/vars");
  const [iteration, learningRate, ...slots] = numbersIn(variables);
  return { iteration, learningRate, slots, name: variables?.attributes.get("name") };
}

/** The datasets of a group of variables by their numbers: as text, 10 would come before 2. */
function numbersIn(variables: Hdf5Group | undefined): readonly Hdf5Numbers[] {
  const entries = [...(variables?.children ?? [])].sort(([a], [b]) => Number(a) - Number(b));
  return entries.map(([, node]) => node).filter((node): node is Hdf5Numbers => !isGroup(node));
}

function readVariables(
  where: string,
  variables: Hdf5Group | undefined,
  weights: readonly ExpectedWeight[],
  what: string,
): readonly Float32Array[] {
  const given = numbersIn(variables);
  if (given.length !== weights.length) {
    throw new Error(`${where}: expected ${weights.length} weights in ${what}, got ${given.length}`);
  }
  return weights.map((weight, i) => weightData(where, what, weight, given[i]!));
}

/** @throws Error if the shape is another */
export function weightData(where: string, what: string, weight: ExpectedWeight, given: Hdf5Numbers): Float32Array {
  if (!sameShape(given.shape, weight.shape)) {
    throw new Error(`${where}: expected ${show(weight.shape)} for ${weight.name} of ${what}, got ${show(given.shape)}`);
  }
  return given.data instanceof Float32Array ? given.data : Float32Array.from(given.data);
}

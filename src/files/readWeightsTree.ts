import { show } from "../base/check.js";
import { sameShape } from "../engine/program/shape.js";
import type { ModelSnapshot } from "../graph/snapshot.js";
import { snakeCase } from "../layers/base/names.js";
import { groupAt, type Hdf5Group, type Hdf5Numbers, isGroup } from "./hdf5/tree.js";
import { type Matching, strict } from "./matching.js";
import type { SortedVariables } from "./optimizerState.js";
import { groupNames, weightGroups } from "./weightGroups.js";
import { type ExpectedLayer, type ExpectedModel, type ExpectedWeight, withWeights } from "./weightNames.js";

/**
 * A description with the weights of such a tree.
 * @throws Error if a weight is missing, or one too many, or of another shape
 */
export function readWeightsTree(
  where: string,
  root: Hdf5Group,
  model: ExpectedModel,
  { data, onMismatch }: Matching = strict(),
): ModelSnapshot {
  const read = ({ layers }: ExpectedModel, group: Hdf5Group | undefined, path: string) => {
    const names = groupNames(layers);
    const groups = layerGroups(group, layers);
    for (const [l, layer] of layers.entries()) {
      const inside = `${path}layers/${names[l]}/`;
      if (layer.model) read(layer.model, groups[l], inside);
      else {
        try {
          const what = `${inside}vars (${show(layer.name)})`;
          for (const [name, weights] of weightGroups(layer.className, layer.weights)) {
            const values = readVariables(where, groups[l] && groupAt(groups[l], name), weights, what);
            for (const [i, weight] of weights.entries()) data.set(weight, values[i]!);
          }
        } catch (error) {
          onMismatch(layer.weights, error as Error);
        }
      }
    }
  };
  read(model, withFolders(root), "");
  return withWeights(model, data);
}

/** Keras 2.13 to 2.15 on Windows: `layers\\dense` at the root. */
function withFolders(root: Hdf5Group): Hdf5Group {
  if (![...root.children.keys()].some((name) => name.includes("\\"))) return root;
  const top = new Map(root.children);
  for (const [path, node] of root.children) {
    const parts = path.split("\\");
    if (parts.length < 2 || parts.length > MOST_FOLDERS) continue;
    top.delete(path);
    let at = top;
    for (const part of parts.slice(0, -1)) {
      const known = at.get(part);
      const children = new Map(known && isGroup(known) ? known.children : []);
      at.set(part, { attributes: known && isGroup(known) ? known.attributes : new Map(), children });
      at = children;
    }
    const last = parts.at(-1)!;
    const known = at.get(last);
    const merged = known && isGroup(known) && isGroup(node);
    at.set(last, merged ? { ...node, children: new Map([...known.children, ...node.children]) } : node);
  }
  return { ...root, children: top };
}

/** More than models are nested, twice. */
const MOST_FOLDERS = 100;

/** The groups of the layers of a model; some releases of Keras 2 have `_layer_checkpoint_dependencies` for `layers`. */
function layerGroups(
  group: Hdf5Group | undefined,
  layers: readonly ExpectedLayer[],
): readonly (Hdf5Group | undefined)[] {
  const inLayers = group && groupAt(group, "layers");
  if (inLayers) return groupNames(layers).map((name) => groupAt(inLayers, name));
  const dependencies = group && groupAt(group, "_layer_checkpoint_dependencies");
  if (!dependencies) return layers.map(() => undefined);
  // A layer with weights counts twice there: by class, in order of their numbers; those without variables are other layers, or the
  // same once more.
  const byClass = new Map<string, { number: number; group: Hdf5Group }[]>();
  for (const [name, entry] of dependencies.children) {
    if (!isGroup(entry) || !holdsNumbers(entry)) continue;
    const [, base = name, number = "0"] = /^(.*?)_(\d+)$/.exec(name) ?? [];
    byClass.set(base, [...(byClass.get(base) ?? []), { number: Number(number), group: entry }]);
  }
  for (const groups of byClass.values()) groups.sort((a, b) => b.number - a.number);
  return layers.map((layer) => (hasWeights(layer) ? byClass.get(snakeCase(layer.className))?.pop()?.group : undefined));
}

function holdsNumbers({ children }: Hdf5Group): boolean {
  return [...children.values()].some((node) => !isGroup(node) || holdsNumbers(node));
}

function hasWeights({ weights, model }: ExpectedLayer): boolean {
  return weights.length > 0 || (model?.layers.some(hasWeights) ?? false);
}

/** The variables of the optimizer, and its name: `rm_sprop`. */
export function optimizerState(root: Hdf5Group): SortedVariables & { readonly name: unknown } {
  const variables = groupAt(withFolders(root), "optimizer/vars");
  return { all: numbersIn(variables), name: variables?.attributes.get("name") };
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

import { show } from "../base/check.js";
import type { Bytes } from "../engine/kernels/kinds.js";
import { sameShape } from "../engine/program/shape.js";
import type { ModelSnapshot } from "../graph/snapshot.js";
import { type Matching, strict } from "./matching.js";
import { readSafetensors, writeSafetensors } from "./safetensors.js";
import { dataOf, type ExpectedModel, expectedWeights, leafLayers, withWeights } from "./weightNames.js";

// The weights of a model in a `.safetensors` file, by their paths: `conv2d/kernel`, `encoder/conv2d/kernel`.

export function writeNamedWeights(snapshot: ModelSnapshot): Bytes {
  const data = dataOf(snapshot, expectedWeights(snapshot));
  return writeSafetensors(Array.from(data, ([{ path, shape }, numbers]) => ({ name: path, shape, data: numbers })));
}

/**
 * A description with the weights of such a file, found by their names.
 * @param model which weights there have to be
 * @throws Error, TypeError, RangeError if the file is damaged or of another model
 */
export function readNamedWeights(bytes: Uint8Array, model: ExpectedModel, matching?: Matching): ModelSnapshot {
  const where = ".safetensors file";
  const { data, byName, onMismatch } = matching ?? strict();
  const layers = leafLayers(model).filter(({ weights }) => weights.length > 0);
  const given = readSafetensors(bytes);
  const count = layers.reduce((sum, { weights }) => sum + weights.length, 0);
  if (!byName && given.length !== count) {
    throw new RangeError(`${where}: expected ${count} weights, got ${given.length}`);
  }
  const layerOf = (name: string) => name.slice(0, Math.max(0, name.lastIndexOf("/")));
  // By name: as they are. Else numbers in names may differ.
  const relative = byName ? (names: readonly string[]) => new Map(names.map((name) => [name, name])) : relativeNames;
  const theirs = relative(given.map(({ name }) => layerOf(name)));
  const key = (names: ReadonlyMap<string, string>, path: string) => {
    const layer = layerOf(path);
    return names.get(layer) + path.slice(layer.length);
  };
  const found = new Map(given.map((weight) => [key(theirs, weight.name), weight]));
  const ours = relative(layers.flatMap(({ weights }) => weights.map(({ path }) => layerOf(path))));
  for (const { weights } of layers) {
    for (const expected of weights) {
      const weight = found.get(key(ours, expected.path));
      if (weight && sameShape(weight.shape, expected.shape)) data.set(expected, weight.data);
      else if (weight) {
        const shapes = `expected ${show(expected.shape)} for ${expected.path}, got ${show(weight.shape)}`;
        onMismatch([expected], new RangeError(`${where}: ${shapes}`));
      } else if (!byName) {
        onMismatch([expected], new Error(`${where}: expected ${show(expected.path)}, got none`));
      }
    }
  }
  return withWeights(model, data);
}

/**
 * Keras numbers layers as they are made in a process: the same model has conv2d and conv2d_1 in one, conv2d_7 and conv2d_8 in
 * another. Numbered from 0 on in each file, and in each model inside, they have the same names.
 */
function relativeNames(paths: readonly string[]): ReadonlyMap<string, string> {
  const result = new Map<string, string>();
  const byFirst = new Map<string, string[]>();
  for (const path of new Set(paths)) {
    const first = path.split("/", 1)[0]!;
    byFirst.set(first, [...(byFirst.get(first) ?? []), path]);
  }
  const parts = [...byFirst.keys()].map((name) => {
    const [, base = name, number = "0"] = /^(.*)_(\d+)$/.exec(name) ?? [];
    return { name, base, number: Number(number) };
  });
  const counts = new Map<string, number>();
  for (const { name, base } of parts.sort((a, b) => a.number - b.number)) {
    const count = counts.get(base) ?? 0;
    counts.set(base, count + 1);
    const inside = byFirst.get(name)!.filter((path) => path !== name);
    const rest = relativeNames(inside.map((path) => path.slice(name.length + 1)));
    result.set(name, `${base}#${count}`);
    for (const path of inside) result.set(path, `${base}#${count}/${rest.get(path.slice(name.length + 1))}`);
  }
  return result;
}

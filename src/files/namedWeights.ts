import { show } from "../engine/check.js";
import type { Bytes } from "../engine/kinds.js";
import { sameShape } from "../engine/shape.js";
import type { ModelSnapshot } from "../graph/snapshot.js";
import { readSafetensors, writeSafetensors } from "./safetensors.js";
import { expectedWeights, withWeights } from "./weightNames.js";

// The weights of a model in a `.safetensors` file: `conv2d/kernel`.

export function writeNamedWeights({ layers }: ModelSnapshot): Bytes {
  return writeSafetensors(
    layers.flatMap(({ config, weights }) =>
      weights.map((weight) => ({ ...weight, name: `${config.name}/${weight.name}` })),
    ),
  );
}

/**
 * A description with the weights of such a file, found by their names.
 * @param model which weights there have to be
 * @throws Error, TypeError, RangeError if the file is damaged or of another model
 */
export function readNamedWeights(bytes: Uint8Array, model: ModelSnapshot): ModelSnapshot {
  const where = ".safetensors file";
  const expected = expectedWeights(model);
  const given = readSafetensors(bytes);
  const count = expected.flat().length;
  if (given.length !== count) throw new RangeError(`${where}: expected ${count} weights, got ${given.length}`);
  const layerOf = (name: string) => name.slice(0, Math.max(0, name.lastIndexOf("/")));
  const theirs = relativeNames(given.map(({ name }) => layerOf(name)));
  const found = new Map(
    given.map((weight) => {
      const layer = layerOf(weight.name);
      return [theirs.get(layer) + weight.name.slice(layer.length), weight];
    }),
  );
  const ours = relativeNames(
    model.layers.filter((_, l) => expected[l]!.length > 0).map(({ config }) => String(config.name)),
  );
  const data = expected.map((weights, l) =>
    weights.map(({ name, shape }) => {
      const layer = String(model.layers[l]!.config.name);
      const weight = found.get(`${ours.get(layer)}/${name}`);
      if (!weight) throw new Error(`${where}: expected ${show(`${layer}/${name}`)}, got none`);
      if (sameShape(weight.shape, shape)) return weight.data;
      throw new RangeError(`${where}: expected ${show(shape)} for ${layer}/${name}, got ${show(weight.shape)}`);
    }),
  );
  return { ...model, layers: withWeights(model.layers, expected, data) };
}

/**
 * Keras numbers layers as they are made in a process: the same model has conv2d and conv2d_1 in one, conv2d_7 and conv2d_8 in
 * another. Numbered from 0 on in each file, they have the same names.
 */
function relativeNames(layers: readonly string[]): ReadonlyMap<string, string> {
  const parts = [...new Set(layers)].map((name) => {
    const [, base = name, number = "0"] = /^(.*)_(\d+)$/.exec(name) ?? [];
    return { name, base, number: Number(number) };
  });
  const counts = new Map<string, number>();
  return new Map(
    parts
      .sort((a, b) => a.number - b.number)
      .map(({ name, base }) => {
        const count = counts.get(base) ?? 0;
        counts.set(base, count + 1);
        return [name, `${base}#${count}`];
      }),
  );
}

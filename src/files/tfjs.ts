import { show } from "../base/check.js";
import { withParts } from "../base/onDemand.js";
import type { Bytes } from "../engine/kernels/kinds.js";
import { sameShape } from "../engine/program/shape.js";
import type { ModelSnapshot } from "../graph/snapshot.js";
import { outputNames, type ReadOptions, readCompiled } from "./compileSettings.js";
import { isObject, type JsonObject, jsonBytes, own, parseJson } from "./jsonValue.js";
import { type Matching, strict } from "./matching.js";
import { progressJson, readProgress } from "./progress.js";
import { readKerasConfig } from "./readKerasConfig.js";
import { shardName, shardOwner } from "./shards.js";
import { tfjsConfig, tfjsNames, theirName } from "./tfjsConfig.js";
import { checkTfjsLayers, fromTfjsWords } from "./tfjsLayers.js";
import {
  optimizerWeights,
  ownSettings,
  toKerasTraining,
  trainingConfig,
  withOptimizerWeights,
} from "./tfjsOptimizer.js";
import { joinWeights, readManifest, readWeightData, type TfjsNumbers, type TfjsWeight } from "./tfjsWeights.js";
import { groupNames } from "./weightGroups.js";
import {
  allWeights,
  dataOf,
  type ExpectedLayer,
  type ExpectedModel,
  expectedWeights,
  type WeightData,
  withWeights,
} from "./weightNames.js";

export type { ReadOptions as ReadTfjsOptions } from "./compileSettings.js";

const WHERE = "model.json";
/** What TensorFlow.js writes into a shard. */
const SHARD_BYTES = 2 ** 22;
/** Where a model's own settings stand among the user's, which TensorFlow.js keeps. */
const PROGRESS = "wasm-cnn";
/** What `compile` was given, as far as TensorFlow.js does not load it. */
const SETTINGS = "wasm-cnn-outputs";

/**
 * The files of a TensorFlow.js LayersModel by their names: `model.json` and shards of 4 MiB.
 * @throws RangeError with all layers and options that TensorFlow.js has not
 */
export function writeTfjs(snapshot: ModelSnapshot): Map<string, Bytes> {
  const { model, shards } = encodeTfjs(snapshot, "model.json");
  return new Map([["model.json", model], ...shards]);
}

/** Likewise, apart. @param file what `model.json` is called; shards are named after it and what they hold */
export function encodeTfjs(
  snapshot: ModelSnapshot,
  file: string,
): { model: Bytes; shards: (readonly [name: string, bytes: Bytes])[] } {
  const { compiled, progress } = snapshot;
  const outputs = outputNames(snapshot);
  const training = compiled && trainingConfig(compiled, outputs);
  const settings = compiled && ownSettings(compiled, training, outputs);
  const expected = expectedWeights(snapshot);
  checkTfjsLayers(WHERE, expected);
  const names = tfjsNames(expected);
  const weights = [
    ...Array.from(dataOf(snapshot, expected), ([weight, data]): TfjsWeight => {
      return { name: names.weights.get(weight)!, shape: weight.shape, dtype: "float32", data };
    }),
    ...optimizerWeights(snapshot, expected, names.weights, training !== undefined),
  ];
  const data = joinWeights(weights);
  const owner = shardOwner(file);
  const count = Math.ceil(data.length / SHARD_BYTES);
  const shards = Array.from({ length: count }, (_, i) => {
    const bytes = data.slice(i * SHARD_BYTES, (i + 1) * SHARD_BYTES);
    return [shardName(owner, bytes, i, count), bytes] as const;
  });
  const model = {
    format: "layers-model",
    generatedBy: "wasm-cnn",
    convertedBy: null,
    modelTopology: {
      ...tfjsConfig(expected, names.layers),
      keras_version: "tfjs-layers 4.22.0",
      backend: "tensor_flow.js",
    },
    weightsManifest: [{ paths: shards.map(([path]) => path), weights: weights.map(({ data: _, ...entry }) => entry) }],
    ...(training && { trainingConfig: training }),
    ...((progress || settings) && {
      userDefinedMetadata: {
        ...(progress && { [PROGRESS]: progressJson(progress) }),
        ...(settings && { [SETTINGS]: settings }),
      },
    }),
  };
  return { model: jsonBytes(model), shards };
}

/**
 * The model in the files of a TensorFlow.js LayersModel, by TensorFlow.js, by its converter from Keras or by us; quantized
 * weights too.
 * @param files the bytes of a file by its name: first `model.json`, then the shards that it names
 * @throws Error, TypeError, RangeError for files that are damaged, and for layers or options that are not supported, all of them
 */
export async function readTfjs(
  files: (path: string) => Promise<Uint8Array>,
  options: ReadOptions = {},
): Promise<ModelSnapshot> {
  const json = parseJson(WHERE, await files("model.json"));
  const format = own(json, "format") ?? "layers-model";
  if (format !== "layers-model") throw new Error(`${WHERE}: expected the format layers-model, got ${show(format)}`);
  const topology = own(json, "modelTopology");
  const model = await withParts(() => readKerasConfig(WHERE, fromTfjsWords(topology)));
  const training = own(json, "trainingConfig") ?? own(topology, "training_config");
  const metadata = own(json, "userDefinedMetadata");
  const saved = own(metadata, PROGRESS);
  const settings = own(metadata, SETTINGS);
  const progress = isObject(saved) ? readProgress(`${WHERE}: userDefinedMetadata`, saved) : undefined;
  const expected = expectedWeights(model);
  const weights = await readShards(json, files);
  const data = matchWeights(
    expected,
    weights.filter(({ isOptimizer }) => !isOptimizer),
    strict(),
  );
  const state = weights.filter(({ isOptimizer }) => isOptimizer);
  const compiled = await withParts(() =>
    readCompiled(WHERE, toKerasTraining(training, settings), model, options, (compiled) =>
      withOptimizerWeights("optimizer", compiled, expected, state, isObject(training)),
    ),
  );
  return { ...withWeights(expected, data), ...compiled, ...(progress && { progress }) };
}

/** The weights of a model alone. @throws as `readTfjs` */
export async function readTfjsWeights(
  files: (path: string) => Promise<Uint8Array>,
  model: ExpectedModel,
  matching: Matching,
): Promise<ModelSnapshot> {
  const weights = await readShards(parseJson(WHERE, await files("model.json")), files);
  const own = weights.filter(({ isOptimizer }) => !isOptimizer);
  return withWeights(model, matchWeights(model, own, matching));
}

async function readShards(json: JsonObject, files: (path: string) => Promise<Uint8Array>) {
  return readWeightData(WHERE, readManifest(WHERE, own(json, "weightsManifest") ?? []), files);
}

/**
 * The numbers of each weight by its name: `conv2d/kernel`, with groups in front and `:0` at the end where Keras has written it, or
 * `layers/conv2d/vars/0`. Of several such names the one that has the models around in front.
 */
function matchWeights(
  model: ExpectedModel,
  given: readonly TfjsNumbers[],
  { data, byName, onMismatch }: Matching,
): WeightData {
  const count = allWeights(model).length;
  if (!byName && given.length !== count) {
    throw new RangeError(`${WHERE}: expected ${count} weights, got ${given.length}`);
  }
  const names = new Map(given.map((weight) => [`/${weight.name.replace(/:\d+$/, "")}`, weight]));
  const byEnd = new Map<string, string[]>();
  for (const name of names.keys()) {
    const end = name.slice(name.lastIndexOf("/"));
    byEnd.set(end, [...(byEnd.get(end) ?? []), name]);
  }
  const find = (tails: readonly string[]) => {
    for (const tail of tails) {
      const found = (byEnd.get(tail.slice(tail.lastIndexOf("/"))) ?? []).filter((name) => name.endsWith(tail));
      if (found.length > 0) return found;
    }
    return [];
  };
  for (const { layer, group } of leavesWithGroups(model, "")) {
    for (const [w, weight] of layer.weights.entries()) {
      const own = theirName(layer.className, weight.name);
      const tails = [
        ...[`/${layer.path}/${own}`, `/${layer.path}/${weight.name}`, `${group}/vars/${w}`],
        ...[`/${layer.name}/${own}`, `/${layer.name}/${weight.name}`],
      ];
      const found = find(tails);
      const { path } = weight;
      if (found.length !== 1) {
        if (found.length > 0 || !byName) {
          onMismatch([weight], new Error(`${WHERE}: expected one weight ${path}, got ${found.length}`));
        }
        continue;
      }
      const { shape, data: numbers } = names.get(found[0]!)!;
      if (sameShape(shape, weight.shape)) data.set(weight, Float32Array.from(numbers));
      else {
        const error = `${WHERE}: expected ${show(weight.shape)} for ${path}, got ${show(shape)}`;
        onMismatch([weight], new RangeError(error));
      }
    }
  }
  return data;
}

/** Layers with the path of their groups in Keras 3's trees: `/layers/functional/layers/conv2d`. */
function leavesWithGroups({ layers }: ExpectedModel, path: string): { layer: ExpectedLayer; group: string }[] {
  const groups = groupNames(layers);
  return layers.flatMap((layer, l) => {
    const group = `${path}/layers/${groups[l]}`;
    return layer.model ? leavesWithGroups(layer.model, group) : [{ layer, group }];
  });
}

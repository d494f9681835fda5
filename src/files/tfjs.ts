import { show } from "../engine/check.js";
import type { Bytes } from "../engine/kinds.js";
import { sameShape } from "../engine/shape.js";
import type { ModelSnapshot } from "../graph/snapshot.js";
import { type ReadOptions, readCompiled } from "./compileSettings.js";
import { isObject, jsonBytes, own, parseJson } from "./jsonValue.js";
import { progressJson, readProgress } from "./progress.js";
import { readKerasConfig } from "./readKerasConfig.js";
import { shardName, shardOwner } from "./shards.js";
import { optimizerWeights, toKerasTraining, trainingConfig, withOptimizerWeights } from "./tfjsOptimizer.js";
import { joinWeights, readManifest, readWeightData, type TfjsNumbers, type TfjsWeight } from "./tfjsWeights.js";
import { type ExpectedWeight, expectedWeights, withWeights } from "./weightNames.js";
import { groupNames } from "./weightsTree.js";

export type { ReadOptions as ReadTfjsOptions } from "./compileSettings.js";

const WHERE = "model.json";
/** What TensorFlow.js writes into a shard. */
const SHARD_BYTES = 2 ** 22;
/** Where a model's own settings stand among the user's, which TensorFlow.js keeps. */
const PROGRESS = "wasm-cnn";

/**
 * The files of a TensorFlow.js LayersModel by their names: `model.json` and shards of 4 MiB.
 * @throws RangeError for an optimizer that TensorFlow.js has not
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
  const { name, inputShape, layers, compiled, progress } = snapshot;
  const weights = [
    ...layers.flatMap(({ config, weights }) =>
      weights.map((weight): TfjsWeight => ({ dtype: "float32", ...weight, name: `${config.name}/${weight.name}` })),
    ),
    ...optimizerWeights(snapshot),
  ];
  const data = joinWeights(weights);
  const owner = shardOwner(file);
  const count = Math.ceil(data.length / SHARD_BYTES);
  const shards = Array.from({ length: count }, (_, i) => {
    const bytes = data.slice(i * SHARD_BYTES, (i + 1) * SHARD_BYTES);
    return [shardName(owner, bytes, i, count), bytes] as const;
  });
  const rows = layers.map(({ className, config }, i) => ({
    class_name: className,
    config: i === 0 && inputShape ? { ...config, batch_input_shape: [null, ...inputShape], dtype: "float32" } : config,
  }));
  const model = {
    format: "layers-model",
    generatedBy: "wasm-cnn",
    convertedBy: null,
    modelTopology: {
      class_name: "Sequential",
      config: { name, layers: rows },
      keras_version: "tfjs-layers 4.22.0",
      backend: "tensor_flow.js",
    },
    weightsManifest: [{ paths: shards.map(([path]) => path), weights: weights.map(({ data: _, ...entry }) => entry) }],
    ...(compiled && { trainingConfig: trainingConfig(compiled) }),
    ...(progress && { userDefinedMetadata: { [PROGRESS]: progressJson(progress) } }),
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
  const model = readKerasConfig(WHERE, own(topology, "model_config") ?? topology);
  const training = own(json, "trainingConfig") ?? own(topology, "training_config");
  const saved = own(own(json, "userDefinedMetadata"), PROGRESS);
  const progress = isObject(saved) ? readProgress(`${WHERE}: userDefinedMetadata`, saved) : undefined;
  const expected = expectedWeights(model);
  const groups = readManifest(WHERE, own(json, "weightsManifest") ?? []);
  const weights = await readWeightData(WHERE, groups, files);
  const data = matchWeights(
    model,
    expected,
    weights.filter(({ isOptimizer }) => !isOptimizer),
  );
  const state = weights.filter(({ isOptimizer }) => isOptimizer);
  return {
    ...model,
    layers: withWeights(model.layers, expected, data),
    ...readCompiled(WHERE, toKerasTraining(training), options, (compiled) =>
      withOptimizerWeights("optimizer", compiled, expected, state),
    ),
    ...(progress && { progress }),
  };
}

/**
 * The numbers of each weight by its name: `conv2d/kernel`, with groups in front and `:0` behind where Keras has written it, or
 * `layers/conv2d/vars/0`.
 */
function matchWeights(
  model: ModelSnapshot,
  expected: readonly (readonly ExpectedWeight[])[],
  given: readonly TfjsNumbers[],
): readonly (readonly Float32Array[])[] {
  const count = expected.flat().length;
  if (given.length !== count) throw new RangeError(`${WHERE}: expected ${count} weights, got ${given.length}`);
  const groups = groupNames(model);
  const names = given.map(({ name }) => `/${name.replace(/:\d+$/, "")}`);
  return expected.map((weights, l) =>
    weights.map(({ name, shape }, w) => {
      const path = `${model.layers[l]!.config.name}/${name}`;
      const tails = [`/${path}`, `/layers/${groups[l]}/vars/${w}`];
      const found = given.filter((_, i) => tails.some((tail) => names[i]!.endsWith(tail)));
      if (found.length !== 1) throw new Error(`${WHERE}: expected one weight ${path}, got ${found.length}`);
      const weight = found[0]!;
      if (!sameShape(weight.shape, shape)) {
        throw new RangeError(`${WHERE}: expected ${show(shape)} for ${path}, got ${show(weight.shape)}`);
      }
      return Float32Array.from(weight.data);
    }),
  );
}

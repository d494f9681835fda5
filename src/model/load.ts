import { checkBoolean, checkOptions, show } from "../base/check.js";
import { ifOwn } from "../base/registered.js";
import { bytesOf } from "../engine/kernels/kinds.js";
import { type ReadOptions, readCompiled } from "../files/compileSettings.js";
import { checkFormat, type Format } from "../files/formats.js";
import { own, parseJson } from "../files/jsonValue.js";
import { eachOutput } from "../files/kerasConfig.js";
import { codec } from "../files/lazyCodec.js";
import { readKerasConfig } from "../files/readKerasConfig.js";
import type { ModelSource } from "../files/target.js";
import { expectedWeights } from "../files/weightNames.js";
import { type ModelParts, partsOf } from "../graph/fromSnapshot.js";
import type { LossSnapshot, MetricSnapshot, MetricsSnapshot, ModelSnapshot } from "../graph/snapshot.js";
import { ForeignInitializer } from "../initializers/foreignInitializer.js";
import type { Layer } from "../layers/base/layer.js";
import type { SymbolicTensor } from "../layers/base/symbolic.js";
import * as layers from "../layers/index.js";
import { knowLayers } from "../layers/registry.js";
import { lossFromConfig } from "../losses/registry.js";
import { metricFromConfig } from "../metrics/registry.js";
import { optimizerFromConfig } from "../optimizers/fromConfig.js";
import type { CompileOptions } from "./compile.js";
import { Model, type TensorsOption } from "./model.js";
import { Sequential } from "./sequential.js";

knowLayers(layers);

/** What files hold: a chain of layers, or a graph. */
export type LoadedModel = Sequential | Model;

/** Options of `loadModel` and its like. */
export interface LoadOptions {
  /** Default: by content. */
  format?: Format | undefined;
  /**
   * Whether to compile the model as it was, with the optimizer's state. Default: if all of that is supported; else the model is
   * not compiled, and its `loadNotes` say why. True: an error then. False: not.
   */
  compile?: boolean | undefined;
}

/**
 * A model from a file: `.keras`, `.h5` of Keras 2 or 3, or `model.json` of TensorFlow.js with its shards beside it.
 * @param source in Node a path or a `file:` URL; everywhere an `http:` or `https:` URL, which is fetched, bytes, a Blob, a Response,
 *   `indexeddb://name` and `opfs://name` where the engine has them
 * @throws TypeError, RangeError for wrong options; Error where nothing can be read, where the file is damaged, and with all
 *   layers and options that are not supported, of `compile` only if that is asked for
 */
export async function loadModel(source: ModelSource, options: LoadOptions = {}): Promise<LoadedModel> {
  checkLoad("loadModel", options);
  return modelOf(await (await codec()).readModel("loadModel", source, options), options);
}

/** A model from the bytes of a file. Otherwise as `loadModel`. @param format default: by content */
export async function modelFromBytes(
  bytes: Uint8Array | ArrayBufferLike,
  format?: Format,
  options: Pick<LoadOptions, "compile"> = {},
): Promise<LoadedModel> {
  const all = { ...options, ...(format !== undefined && { format }) };
  checkLoad("modelFromBytes", all);
  const data = bytesOf(bytes);
  if (!data) throw new TypeError(`modelFromBytes: expected a Uint8Array or an ArrayBuffer, got ${show(bytes)}`);
  const { decodeModel } = await codec();
  return modelOf(await decodeModel("modelFromBytes", data, all), options);
}

/**
 * A model with new weights, from what `toJSON` or Keras' `to_json()` gave: an object, or its text.
 * What it says of `compile` is taken as far as `loadModel` takes it.
 * @throws Error with all layers and options that are not supported; RangeError for more than 2^29 weights
 */
export function modelFromJSON(json: unknown): LoadedModel {
  const config: unknown = typeof json === "string" ? parseJson("modelFromJSON", json) : json;
  const model = readKerasConfig("modelFromJSON", config);
  const settings = readCompiled("modelFromJSON", own(config, "compile_config"), model, {}, (compiled) => compiled);
  return modelOf({ ...model, ...settings }, {});
}

/** A new model of what a snapshot holds. @throws Error, TypeError, RangeError if its parts do not fit */
export function modelFromSnapshot(snapshot: ModelSnapshot): LoadedModel {
  return modelOf(snapshot, { compile: true });
}

/** @param options `compile` true: settings of compile that do not fit the model are an error, else a note */
function modelOf(snapshot: ModelSnapshot, { compile }: ReadOptions): LoadedModel {
  const { progress, notes = [] } = snapshot;
  const hasWeights = holdsWeights(snapshot);
  // What a file asks for has been checked against what it holds; a description alone may ask for anything.
  if (!hasWeights) expectedWeights(snapshot);
  const model = makeModel(snapshot, partsOf(snapshot, makeModel), progress?.seed);
  if (!hasWeights) checkInitializers(model.layers);
  const problems = [...notes];
  try {
    compileAs(model, snapshot);
  } catch (error) {
    if (compile) throw error;
    problems.push((error as Error).message);
  }
  if (hasWeights) model.restore(snapshot);
  return Object.assign(model, { loadNotes: Object.freeze(problems) });
}

function holdsWeights({ layers }: ModelSnapshot): boolean {
  return layers.some(({ weights, model }) => weights.length > 0 || (model && holdsWeights(model)));
}

function makeModel({ className, name, trainable }: ModelSnapshot, parts: ModelParts, seed?: number): LoadedModel {
  const options = { name, ...(seed !== undefined && { seed }) };
  const { layers, graph, inputNames, outputNames } = parts;
  const model =
    className === "Functional"
      ? new Model({
          ...options,
          inputs: byName(inputNames, graph!.inputs),
          outputs: byName(outputNames, graph!.outputs),
        })
      : new Sequential(layers, options, graph);
  // Its layers have their own settings.
  if (trainable === false) model.freeze();
  return model;
}

function byName(names: readonly string[] | undefined, tensors: readonly SymbolicTensor[]): TensorsOption {
  return names ? Object.fromEntries(names.map((name, i) => [name, tensors[i]!])) : tensors;
}

function compileAs(model: LoadedModel, { compiled, progress }: ModelSnapshot): void {
  if (!compiled) return;
  model.compile({
    optimizer: optimizerFromConfig(compiled.optimizer.className, compiled.optimizer.config),
    loss: eachOutput(compiled.loss, (loss) => lossFrom(loss as LossSnapshot)) as CompileOptions["loss"],
    lossWeights: compiled.lossWeights,
    metrics: metricsFrom(compiled.metrics),
    weightedMetrics: compiled.weightedMetrics && metricsFrom(compiled.weightedMetrics),
    ...(progress && { winograd: progress.winograd, relaxed: progress.relaxed }),
  });
}

function lossFrom(loss: LossSnapshot) {
  return typeof loss === "string" ? loss : lossFromConfig(loss.className, loss.config);
}

function metricsFrom(given: MetricsSnapshot): CompileOptions["metrics"] {
  return eachOutput(given, (list) =>
    (list as readonly MetricSnapshot[]).map((metric) =>
      typeof metric === "string" ? metric : metricFromConfig(metric.className, metric.config),
    ),
  ) as CompileOptions["metrics"];
}

/** @throws Error if the weights of a layer are to be made by an initializer that is not among ours */
function checkInitializers(layers: readonly Layer[]): void {
  const all: unknown[] = layers.flatMap((layer) => Object.values(layer));
  const foreign = all.filter((value) => value instanceof ForeignInitializer).map(({ className }) => className);
  if (foreign.length === 0) return;
  const names = [...new Set(foreign)].join(", ");
  throw new Error(
    `model: expected weights, or initializers that are known here, got ${names} alone${ifOwn("initializer")}`,
  );
}

function checkLoad(where: string, options: LoadOptions): void {
  checkOptions(where, options, ["format", "compile"]);
  if (options.format !== undefined) checkFormat(`${where}.format`, options.format);
  checkBoolean(`${where}.compile`, options.compile ?? true);
}

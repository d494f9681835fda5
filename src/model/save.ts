// What models do with files. The readers and writers themselves are imported when they are used.

import { checkBoolean, checkOptions } from "../engine/check.js";
import type { Bytes } from "../engine/kinds.js";
import { checkFormat, type Format, formatToWrite } from "../files/formats.js";
import type { JsonObject } from "../files/jsonValue.js";
import { kerasConfig } from "../files/kerasConfig.js";
import { codec } from "../files/lazyCodec.js";
import type { ModelSource, ModelTarget } from "../files/target.js";
import type { ModelSnapshot } from "../graph/snapshot.js";
import type { SnapshotOptions } from "./takeSnapshot.js";

export interface SaveOptions extends SnapshotOptions {
  /** Default: by the ending of the target's name; in the browser's own storage `keras`. */
  format?: Format | undefined;
}

export interface SaveWeightsOptions {
  /** Default: by the ending of the target's name; in the browser's own storage `weights.h5`. */
  format?: Format | undefined;
}

export interface LoadWeightsOptions {
  /** Default: by content. */
  format?: Format | undefined;
  /**
   * Whether weights are found by the names of their layers, `.safetensors` by their whole path: layers without a counterpart keep
   * theirs. For `.h5`, `.safetensors` and `model.json`. Default false: all of them, in the order of the layers.
   */
  byName?: boolean | undefined;
  /** Whether weights of another shape, or layers with another number of them, keep theirs. Default false: an error. */
  skipMismatch?: boolean | undefined;
}

/** What can be taken down as plain data, and set from it. */
interface Savable {
  snapshot(options?: SnapshotOptions): Promise<ModelSnapshot>;
  restore(snapshot: ModelSnapshot, where?: string): void;
}

export function toJson(description: ModelSnapshot): JsonObject {
  return kerasConfig(description);
}

export async function toBytes(model: Savable, format: Format, options: SnapshotOptions): Promise<Bytes> {
  checkFormat("toBytes.format", format);
  checkOptions("toBytes", options, ["includeOptimizer"]);
  const { includeOptimizer = true } = options;
  checkBoolean("toBytes.includeOptimizer", includeOptimizer);
  // The snapshot first: it is of the moment of the call.
  const snapshot = await model.snapshot({ includeOptimizer });
  return (await codec()).encodeModel("toBytes.format", snapshot, format);
}

export async function save(model: Savable, target: ModelTarget, options: SaveOptions): Promise<void> {
  checkOptions("save", options, ["format", "includeOptimizer"]);
  const { format: given, ...rest } = options;
  const format = formatToWrite("save", target, given);
  const snapshot = await model.snapshot(rest);
  await (await codec()).saveModel("save", target, snapshot, format);
}

export async function saveWeights(model: Savable, target: ModelTarget, options: SaveWeightsOptions): Promise<void> {
  checkOptions("saveWeights", options, ["format"]);
  const format = formatToWrite("saveWeights", target, options.format, ["weights.h5", "safetensors"]);
  const snapshot = await model.snapshot({ includeOptimizer: false });
  await (await codec()).saveModel("saveWeights", target, snapshot, format);
}

export async function loadWeights(
  model: Savable,
  description: ModelSnapshot,
  source: ModelSource,
  options: LoadWeightsOptions,
): Promise<void> {
  checkOptions("loadWeights", options, ["format", "byName", "skipMismatch"]);
  const { format, byName = false, skipMismatch = false } = options;
  if (format !== undefined) checkFormat("loadWeights.format", format);
  checkBoolean("loadWeights.byName", byName);
  checkBoolean("loadWeights.skipMismatch", skipMismatch);
  const partial = byName || skipMismatch ? { byName, skipMismatch } : undefined;
  const { readModel } = await codec();
  const own = partial ? await model.snapshot({ includeOptimizer: false }) : description;
  const read = await readModel("loadWeights", source, { format, compile: false, model: own, partial });
  const { compiled: _, progress: __, notes: ___, ...weights } = read;
  model.restore(weights, "loadWeights");
}

// What models do with files. Imported when a model is saved or loaded, as pages that do neither should not pay for it.

import { checkBoolean, checkOptions } from "../base/check.js";
import type { Bytes } from "../engine/kernels/kinds.js";
import { encodeModel, readModel, saveModel } from "../files/codec.js";
import { checkFormat, type Format, formatToWrite } from "../files/formats.js";
import type { ModelSource, ModelTarget } from "../files/target.js";
import type { ModelSnapshot } from "../graph/snapshot.js";
import type { SnapshotOptions } from "./takeSnapshot.js";

/** Options of `save` and `toBytes`. */
export interface SaveOptions extends SnapshotOptions {
  /** Default: by the ending of the target's name; in the browser's own storage `keras`. */
  format?: Format | undefined;
}

/** Options of `saveWeights`. */
export interface SaveWeightsOptions {
  /** Default: by the ending of the target's name; in the browser's own storage `weights.h5`. */
  format?: Format | undefined;
}

/** Options of `loadWeights`. */
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

export function toBytes(snapshot: ModelSnapshot, format: Format, options: SnapshotOptions): Promise<Bytes> {
  checkOptions("toBytes", options, ["includeOptimizer"]);
  checkBoolean("toBytes.includeOptimizer", options.includeOptimizer ?? true);
  return encodeModel("toBytes.format", snapshot, checkFormat("toBytes.format", format));
}

export async function save(snapshot: ModelSnapshot, target: ModelTarget, options: SaveOptions): Promise<void> {
  checkOptions("save", options, ["format", "includeOptimizer"]);
  await saveModel("save", target, snapshot, formatToWrite("save", target, options.format));
}

export async function saveWeights(
  snapshot: ModelSnapshot,
  target: ModelTarget,
  options: SaveWeightsOptions,
): Promise<void> {
  checkOptions("saveWeights", options, ["format"]);
  const format = formatToWrite("saveWeights", target, options.format, ["weights.h5", "safetensors"]);
  await saveModel("saveWeights", target, snapshot, format);
}

/**
 * The weights of a file for a model.
 * @param describe the model; with its own weights, if those of the file need not be all
 */
export async function readWeights(
  describe: (withWeights: boolean) => Promise<ModelSnapshot>,
  source: ModelSource,
  options: LoadWeightsOptions,
): Promise<ModelSnapshot> {
  checkOptions("loadWeights", options, ["format", "byName", "skipMismatch"]);
  const { format, byName = false, skipMismatch = false } = options;
  if (format !== undefined) checkFormat("loadWeights.format", format);
  checkBoolean("loadWeights.byName", byName);
  checkBoolean("loadWeights.skipMismatch", skipMismatch);
  const partial = byName || skipMismatch ? { byName, skipMismatch } : undefined;
  const model = await describe(partial !== undefined);
  const read = await readModel("loadWeights", source, { format, compile: false, model, partial });
  const { compiled: _, progress: __, notes: ___, ...weights } = read;
  return weights;
}

import { show } from "../base/check.js";
import { withParts } from "../base/onDemand.js";
import type { ModelSnapshot } from "../graph/snapshot.js";
import { type ReadOptions, readCompiled } from "./compileSettings.js";
import { readHdf5 } from "./hdf5/readHdf5.js";
import { MOST_JSON, own, parseJson } from "./jsonValue.js";
import { CONFIG, PROGRESS, WEIGHTS } from "./kerasEntries.js";
import type { Matching } from "./matching.js";
import { withOptimizerState } from "./optimizerState.js";
import { readProgress } from "./progress.js";
import { readKerasConfig } from "./readKerasConfig.js";
import { optimizerState, readWeightsTree } from "./readWeightsTree.js";
import { type ExpectedModel, expectedWeights, mostWeightBytes } from "./weightNames.js";
import { ZipArchive } from "./zip.js";

/** @throws Error if the file is damaged, or with everything in it that is not supported */
export async function readKeras(bytes: Uint8Array, options: ReadOptions = {}): Promise<ModelSnapshot> {
  const where = ".keras file";
  const archive = new ZipArchive(where, bytes, [CONFIG, WEIGHTS, PROGRESS]);
  const json = async (name: string, most = MOST_JSON) =>
    parseJson(`${where}: ${name}`, await archive.read(name, most), most);
  const config = await json(CONFIG);
  const model = await withParts(() => readKerasConfig(where, config));
  const settings = own(config, "compile_config");
  const expected = expectedWeights(model);
  const weights = readHdf5(await archive.read(WEIGHTS, mostWeightBytes(expected)));
  // A callback may keep weights, as base64.
  const hasProgress = archive.names.includes(PROGRESS);
  const progress = hasProgress
    ? readProgress(`${where}: ${PROGRESS}`, await json(PROGRESS, MOST_JSON + 2 * mostWeightBytes(expected)))
    : undefined;
  const compiled = await withParts(() =>
    readCompiled(where, settings, model, options, (compiled) => {
      const state = optimizerState(weights);
      if (!own(settings, "optimizer")) checkIsDefault(state.name);
      return withOptimizerState("optimizer", compiled, expected, state);
    }),
  );
  return {
    ...readWeightsTree(where, weights, expected),
    ...compiled,
    ...(progress && { progress }),
  };
}

/** The weights alone. @throws Error if the file is damaged */
export async function readWeightsOfKeras(
  bytes: Uint8Array,
  model: ExpectedModel,
  matching: Matching,
): Promise<ModelSnapshot> {
  const where = ".keras file";
  const archive = new ZipArchive(where, bytes, [WEIGHTS]);
  // The model of the file may be larger; archives are never unpacked to far more than their size.
  const weights = readHdf5(await archive.read(WEIGHTS, Number.POSITIVE_INFINITY));
  return readWeightsTree(where, weights, model, matching);
}

/**
 * Keras forgets which optimizer it was when it writes an `.h5` first: slots of another one may have the same shapes.
 * @throws Error if the name is not that of Keras' default
 */
function checkIsDefault(name: unknown): void {
  if (name === undefined || (typeof name === "string" && /^rm_?sprop(_\d+)?$/i.test(name))) return;
  throw new Error(`optimizer: expected settings of ${show(name)}, of which there is a state, got none`);
}

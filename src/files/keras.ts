import type { ModelSnapshot } from "../model/snapshot.js";
import { readHdf5 } from "./hdf5/readHdf5.js";
import { writeHdf5 } from "./hdf5/writeHdf5.js";
import { jsonBytes, MOST_JSON, own, parseJson } from "./jsonValue.js";
import { KERAS_VERSION, kerasConfig } from "./kerasConfig.js";
import { progressJson, readProgress } from "./progress.js";
import { readCompileConfig, readKerasConfig } from "./readKerasConfig.js";
import { mostWeightBytes } from "./weightNames.js";
import { readWeightsTree, weightsTree } from "./weightsTree.js";
import { ZipArchive, zip } from "./zip.js";

const METADATA = "metadata.json";
const CONFIG = "config.json";
const WEIGHTS = "model.weights.h5";
/** What goes on from one `fit` to the next; Keras does not look at it. */
const PROGRESS = "wasm-cnn.json";

export interface ReadOptions {
  /** Whether to read what `compile` was given, and the optimizer's state. Default true. */
  readonly compile?: boolean;
}

/**
 * Keras 3's `.keras`: a zip archive of descriptions and weights. Its entries are stored and have no date, so that the same model
 * gives the same bytes.
 */
export function writeKeras(snapshot: ModelSnapshot): Uint8Array<ArrayBuffer> {
  const entries = {
    [METADATA]: jsonBytes({ keras_version: KERAS_VERSION, generated_by: "wasm-cnn" }),
    [CONFIG]: jsonBytes(kerasConfig(snapshot)),
    [WEIGHTS]: writeHdf5(weightsTree(snapshot)),
    ...(snapshot.progress && { [PROGRESS]: jsonBytes(progressJson(snapshot.progress)) }),
  };
  return zip(entries);
}

/** @throws Error if the file is damaged, or with everything in it that is not supported */
export async function readKeras(bytes: Uint8Array, { compile = true }: ReadOptions = {}): Promise<ModelSnapshot> {
  const where = ".keras file";
  const archive = new ZipArchive(where, bytes, [CONFIG, WEIGHTS, PROGRESS]);
  const json = async (name: string) => parseJson(`${where}: ${name}`, await archive.read(name, MOST_JSON));
  const config = await json(CONFIG);
  const model = readKerasConfig(where, config);
  const compiled = compile ? readCompileConfig(where, own(config, "compile_config")) : undefined;
  const weights = readHdf5(await archive.read(WEIGHTS, mostWeightBytes(model)));
  const hasProgress = archive.names.includes(PROGRESS);
  const progress = hasProgress ? readProgress(`${where}: ${PROGRESS}`, await json(PROGRESS)) : undefined;
  return readWeightsTree(where, weights, { ...model, ...(compiled && { compiled }), ...(progress && { progress }) });
}

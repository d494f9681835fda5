import { unzipSync, zipSync } from "fflate";
import type { ModelSnapshot } from "../model/snapshot.js";
import { readHdf5 } from "./hdf5/readHdf5.js";
import { writeHdf5 } from "./hdf5/writeHdf5.js";
import { jsonBytes, own, parseJson } from "./jsonValue.js";
import { KERAS_VERSION, kerasConfig } from "./kerasConfig.js";
import { progressJson, readProgress } from "./progress.js";
import { readCompileConfig, readKerasConfig } from "./readKerasConfig.js";
import { readWeightsTree, weightsTree } from "./weightsTree.js";

const METADATA = "metadata.json";
const CONFIG = "config.json";
const WEIGHTS = "model.weights.h5";
/** What goes on from one `fit` to the next; Keras does not look at it. */
const PROGRESS = "wasm-cnn.json";

/** The most bytes that an entry of an archive may unpack to. */
const MOST_BYTES = 2 ** 31 - 1;
/** A deflated file unpacks to at most this many times its size, as far as it is honest: real ones stay below 10. */
const MOST_RATIO = 100;

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
  // The first day that zip knows; written as local time, so made from local time.
  return zipSync(entries, { level: 0, mtime: new Date(1980, 0, 1) });
}

/** @throws Error if the file is damaged, or with everything in it that is not supported */
export function readKeras(bytes: Uint8Array, { compile = true }: ReadOptions = {}): ModelSnapshot {
  const where = ".keras file";
  const entries = unzip(where, bytes);
  const entry = (name: string) => {
    const found = entries.get(name);
    if (!found) throw new Error(`${where}: expected an entry ${name}, got ${[...entries.keys()].join(", ") || "none"}`);
    return found;
  };
  const config = parseJson(`${where}: ${CONFIG}`, entry(CONFIG));
  const model = readKerasConfig(where, config);
  const compiled = compile ? readCompileConfig(where, own(config, "compile_config")) : undefined;
  const weights = readHdf5(entry(WEIGHTS));
  const extra = entries.get(PROGRESS);
  const progress = extra && readProgress(`${where}: ${PROGRESS}`, parseJson(`${where}: ${PROGRESS}`, extra));
  return readWeightsTree(where, weights, { ...model, ...(compiled && { compiled }), ...(progress && { progress }) });
}

/** The entries we know. */
function unzip(where: string, bytes: Uint8Array): ReadonlyMap<string, Uint8Array> {
  const known = [METADATA, CONFIG, WEIGHTS, PROGRESS];
  let total = 0;
  const seen = new Set<string>();
  try {
    const entries = unzipSync(bytes, {
      filter({ name, originalSize }) {
        if (!known.includes(name)) return false;
        if (seen.has(name)) throw new Error(`expected one entry ${name}, got two`);
        seen.add(name);
        total += originalSize;
        if (total > Math.min(MOST_BYTES, MOST_RATIO * bytes.length)) {
          throw new Error(`expected at most ${MOST_RATIO} times ${bytes.length} bytes in it, got ${total}`);
        }
        return true;
      },
    });
    return new Map(Object.entries(entries));
  } catch (cause) {
    throw new Error(`${where}: expected a zip archive, got a damaged one (${(cause as Error).message})`, { cause });
  }
}

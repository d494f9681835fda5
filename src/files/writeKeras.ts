import type { Bytes } from "../engine/kernels/kinds.js";
import type { ModelSnapshot } from "../graph/snapshot.js";
import { writeHdf5 } from "./hdf5/writeHdf5.js";
import { jsonBytes, kerasJson } from "./jsonValue.js";
import { KERAS_VERSION, kerasConfig } from "./kerasConfig.js";
import { CONFIG, METADATA, PROGRESS, WEIGHTS } from "./kerasEntries.js";
import { progressJson } from "./progress.js";
import { weightsTree } from "./weightsTree.js";
import { zip } from "./writeZip.js";

/**
 * Keras 3's `.keras`: a zip archive of descriptions and weights. Its entries are stored and have no date, so that the same model
 * gives the same bytes.
 */
export function writeKeras(snapshot: ModelSnapshot): Bytes {
  const entries = {
    [METADATA]: jsonBytes({ keras_version: KERAS_VERSION, generated_by: "wasm-cnn" }),
    [CONFIG]: new TextEncoder().encode(kerasJson(kerasConfig(snapshot))),
    [WEIGHTS]: writeHdf5(weightsTree(snapshot)),
    ...(snapshot.progress && { [PROGRESS]: jsonBytes(progressJson(snapshot.progress)) }),
  };
  return zip(entries);
}

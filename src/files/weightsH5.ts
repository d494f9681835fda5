import type { Bytes } from "../engine/kernels/kinds.js";
import type { ModelSnapshot } from "../graph/snapshot.js";
import { readHdf5 } from "./hdf5/readHdf5.js";
import { writeHdf5 } from "./hdf5/writeHdf5.js";
import type { Matching } from "./matching.js";
import { readWeightsTree } from "./readWeightsTree.js";
import type { ExpectedModel } from "./weightNames.js";
import { weightsTree } from "./weightsTree.js";

/** Keras 3's `.weights.h5`: the weights alone, with the optimizer's state if there is one. */
export function writeWeightsH5(snapshot: ModelSnapshot): Bytes {
  return writeHdf5(weightsTree(snapshot));
}

/** @param model which weights there have to be. @throws Error if the file is damaged or of another model */
export function readWeightsH5(bytes: Uint8Array, model: ExpectedModel, matching?: Matching): ModelSnapshot {
  return readWeightsTree(".weights.h5 file", readHdf5(bytes), model, matching);
}

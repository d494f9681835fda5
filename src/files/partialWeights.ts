import { withParts } from "../base/onDemand.js";
import type { ModelSnapshot } from "../graph/snapshot.js";
import type { Format } from "./formats.js";
import { readHdf5 } from "./hdf5/readHdf5.js";
import { isWholeModel, readLegacyWeights } from "./kerasH5.js";
import type { Matching } from "./matching.js";
import { readNamedWeights } from "./namedWeights.js";
import { readWeightsOfKeras } from "./readKeras.js";
import { readWeightsTree } from "./readWeightsTree.js";
import { readTfjsWeights } from "./tfjs.js";
import { dataOf, expectedWeights } from "./weightNames.js";

export interface PartialOptions {
  /** With its own weights. */
  readonly model: ModelSnapshot;
  readonly byName?: boolean;
  readonly skipMismatch?: boolean;
  readonly beside?: ((name: string) => Promise<Uint8Array>) | undefined;
}

/**
 * The model with those weights of a file that are found by name, or fit; its own in place of the others. The file may be of any
 * other model: its description is not looked at.
 * @returns undefined for a file of another kind
 * @throws Error, RangeError if weights do not fit and are not to be skipped; RangeError for `byName` with a format of Keras 3, which
 *   knows no names
 */
export async function readPartial(
  where: string,
  bytes: Uint8Array,
  format: Format | undefined,
  { model, byName = false, skipMismatch = false, beside }: PartialOptions,
): Promise<ModelSnapshot | undefined> {
  const expected = await withParts(() => expectedWeights(model));
  const onMismatch: Matching["onMismatch"] = (_, error) => {
    if (!skipMismatch) throw error;
  };
  const matching: Matching = { data: dataOf(model, expected), byName, onMismatch };
  const checkByName = () => {
    if (!byName) return;
    throw new RangeError(
      `${where}.byName: expected a file that has weights by name, .h5, .safetensors or model.json, got one of Keras 3`,
    );
  };
  switch (format) {
    case "h5":
    case "weights.h5": {
      const root = readHdf5(bytes);
      if (isWholeModel(root) || root.attributes.has("layer_names")) return readLegacyWeights(root, expected, matching);
      checkByName();
      return readWeightsTree(".weights.h5 file", root, expected, matching);
    }
    case "keras":
      checkByName();
      return readWeightsOfKeras(bytes, expected, matching);
    case "safetensors":
      return readNamedWeights(bytes, expected, matching);
    case "tfjs":
      if (!beside) return undefined;
      return readTfjsWeights(async (name) => (name === "model.json" ? bytes : beside(name)), expected, matching);
    default:
      return undefined;
  }
}

import { checkChoice } from "../engine/check.js";
import type { ModelSnapshot } from "../model/snapshot.js";
import { isHdf5 } from "./hdf5/signature.js";

/** Formats of whole models and (`weights.h5`) of weights alone. */
export const FORMATS = ["keras", "h5", "weights.h5"] as const;
export type Format = (typeof FORMATS)[number];

/** `keras`: Keras 3. `h5`: Keras' legacy format. `weights.h5`: Keras 3, weights alone. */
export function checkFormat(where: string, format: unknown): Format {
  return checkChoice(where, format, FORMATS);
}

/** By the ending of a name; undefined if it says nothing. */
export function formatOfName(name: string): Format | undefined {
  if (/\.weights\.h5$/i.test(name)) return "weights.h5";
  if (/\.(h5|hdf5)$/i.test(name)) return "h5";
  return /\.keras$/i.test(name) ? "keras" : undefined;
}

/** By the first bytes. Both kinds of HDF5 begin alike: `h5`. */
function formatOfBytes(bytes: Uint8Array): Format | undefined {
  if (isHdf5(bytes)) return "h5";
  return bytes[0] === 0x50 && bytes[1] === 0x4b ? "keras" : undefined;
}

/** A model as the bytes of a file; the writer is loaded when it is needed. */
export async function encodeModel(snapshot: ModelSnapshot, format: Format): Promise<Uint8Array<ArrayBuffer>> {
  switch (format) {
    case "keras":
      return (await import("./keras.js")).writeKeras(snapshot);
    case "h5":
      return (await import("./kerasH5.js")).writeKerasH5(snapshot);
    case "weights.h5":
      return (await import("./weightsH5.js")).writeWeightsH5(snapshot);
  }
}

export interface DecodeOptions {
  /** Default: by content. */
  readonly format?: Format | undefined;
  /** Whether to read what `compile` was given, and the optimizer's state. Default true. */
  readonly compile?: boolean | undefined;
  /** Takes weights alone: the model that they are of. */
  readonly model?: ModelSnapshot | undefined;
}

/** @throws Error if it is in no format that is known, damaged, or with everything in it that is not supported */
export async function decodeModel(where: string, bytes: Uint8Array, options: DecodeOptions): Promise<ModelSnapshot> {
  const { compile = true, model } = options;
  const format = options.format ?? formatOfBytes(bytes);
  switch (format) {
    case "keras":
      return (await import("./keras.js")).readKeras(bytes, { compile });
    case "h5": {
      const { readHdf5 } = await import("./hdf5/readHdf5.js");
      const { isWholeModel, readKerasH5, readLegacyWeights } = await import("./kerasH5.js");
      const root = readHdf5(bytes);
      if (isWholeModel(root)) return readKerasH5(root, { compile });
      if (!model) throw new Error(`${where}: expected a whole model, got weights alone; use loadWeights on a model`);
      if (root.attributes.has("layer_names")) return readLegacyWeights(root, model);
      return (await import("./weightsTree.js")).readWeightsTree(".weights.h5 file", root, model);
    }
    case "weights.h5":
      if (!model) throw new Error(`${where}: expected a whole model, got weights alone; use loadWeights on a model`);
      return (await import("./weightsH5.js")).readWeightsH5(bytes, model);
    default:
      throw new Error(
        `${where}: expected a model in one of the formats ${FORMATS.join(", ")}, got another kind of file`,
      );
  }
}

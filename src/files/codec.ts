import { withParts } from "../base/onDemand.js";
import type { Bytes } from "../engine/kernels/kinds.js";
import type { ModelSnapshot } from "../graph/snapshot.js";
import type { ReadOptions } from "./compileSettings.js";
import { type Format, READ_FORMATS } from "./formats.js";
import { isHdf5 } from "./hdf5/signature.js";
import { parseJson } from "./jsonValue.js";
import { otherJson, otherKind } from "./otherFiles.js";
import { readerBeside, readSource, writeTarget } from "./storage.js";
import type { ModelSource, ModelTarget } from "./target.js";

export { checkFormat, formatToWrite } from "./formats.js";

/** By the first bytes. Both kinds of HDF5 begin alike: `h5`. */
function formatOfBytes(bytes: Uint8Array): Format | undefined {
  if (isHdf5(bytes)) return "h5";
  // JSON, alone or after its length.
  if (bytes[0] === 0x7b) return "tfjs";
  if (bytes[8] === 0x7b) return "safetensors";
  // The field of protobuf that ONNX files begin with.
  if (bytes[0] === 0x08) return "onnx";
  return bytes[0] === 0x50 && bytes[1] === 0x4b ? "keras" : undefined;
}

/**
 * A model as the bytes of a file; the writer is loaded when it is needed.
 * @throws RangeError for a format of several files
 */
export async function encodeModel(where: string, snapshot: ModelSnapshot, format: Format): Promise<Bytes> {
  const write = await writerOf(where, format);
  return withParts(() => write(snapshot));
}

async function writerOf(where: string, format: Format): Promise<(snapshot: ModelSnapshot) => Bytes> {
  switch (format) {
    case "keras":
      return (await import("./writeKeras.js")).writeKeras;
    case "h5":
      return (await import("./kerasH5.js")).writeKerasH5;
    case "weights.h5":
      return (await import("./weightsH5.js")).writeWeightsH5;
    case "safetensors":
      return (await import("./namedWeights.js")).writeNamedWeights;
    case "onnx":
      return (await import("./onnx.js")).writeOnnx;
    case "tfjs":
      throw new RangeError(`${where}: expected a format of one file, got "tfjs"; save writes its files`);
  }
}

/** Writes the files of a model; the one that is named comes last, so that it never stands without the others. */
export async function saveModel(
  where: string,
  target: ModelTarget,
  snapshot: ModelSnapshot,
  format: Format,
): Promise<void> {
  if (format !== "tfjs") return writeTarget(where, target, await encodeModel(where, snapshot, format));
  return (await import("./saveTfjs.js")).saveTfjs(where, target, snapshot);
}

export interface DecodeOptions extends ReadOptions {
  /** Default: by content. */
  readonly format?: Format | undefined;
  /** Takes weights alone: the model that they are of. */
  readonly model?: ModelSnapshot | undefined;
  /** Takes the weights alone, as far as they fit the model, which has its own. */
  readonly partial?: Partial<WeightMatching> | undefined;
  /** Takes a format of several files: reads one that lies beside, by its name. */
  readonly beside?: ((name: string) => Promise<Uint8Array>) | undefined;
}

/** How weights are taken that are not just those of a model. */
export interface WeightMatching {
  /** Found by the names of their layers; what has no counterpart stays as it is. Default: all, in the order of the layers. */
  readonly byName: boolean;
  /** Whether those that do not fit stay as they are. Default: an error. */
  readonly skipMismatch: boolean;
}

/** @throws Error if it is in no format that is known, damaged, or with everything in it that is not supported */
export async function decodeModel(where: string, bytes: Uint8Array, options: DecodeOptions): Promise<ModelSnapshot> {
  const { compile, model, beside } = options;
  const whole = () => {
    if (model) return model;
    throw new Error(`${where}: expected a whole model, got weights alone; use loadWeights on a model`);
  };
  const expected = async () => {
    const { expectedWeights } = await import("./weightNames.js");
    return withParts(() => expectedWeights(whole()));
  };
  const another = (kind: string) =>
    new Error(`${where}: expected a model in one of the formats ${READ_FORMATS.join(", ")}, got ${kind}`);
  const other = otherKind(bytes);
  if (other) throw another(other);
  const format = options.format ?? formatOfBytes(bytes);
  if (options.partial) {
    const { readPartial } = await import("./partialWeights.js");
    const taken = await readPartial(where, bytes, format, { ...options.partial, model: whole(), beside });
    if (taken) return taken;
  }
  switch (format) {
    case "keras":
      return (await import("./readKeras.js")).readKeras(bytes, { compile });
    case "h5": {
      const { readHdf5 } = await import("./hdf5/readHdf5.js");
      const { isWholeModel, readKerasH5, readLegacyWeights } = await import("./kerasH5.js");
      const root = readHdf5(bytes);
      if (isWholeModel(root)) return withParts(() => readKerasH5(root, { compile }));
      if (root.attributes.has("layer_names")) return readLegacyWeights(root, await expected());
      return (await import("./readWeightsTree.js")).readWeightsTree(".weights.h5 file", root, await expected());
    }
    case "weights.h5":
      return (await import("./weightsH5.js")).readWeightsH5(bytes, await expected());
    case "safetensors":
      return (await import("./namedWeights.js")).readNamedWeights(bytes, await expected());
    case "tfjs": {
      const json = otherJson(parseJson(where, bytes));
      if (json) throw another(json);
      if (!beside)
        throw new Error(`${where}: expected a path or a URL, as this format has several files, got bytes alone`);
      return (await import("./tfjs.js")).readTfjs(async (name) => (name === "model.json" ? bytes : beside(name)), {
        compile,
      });
    }
    case "onnx":
      throw new Error(`${where}: expected a format that is read, got "onnx", which is only written`);
    default:
      throw another("another kind of file");
  }
}

/**
 * A model from its file, and from what lies beside that.
 * @throws as `readSource` and `decodeModel`
 */
export async function readModel(
  where: string,
  source: ModelSource,
  options: Omit<DecodeOptions, "beside">,
): Promise<ModelSnapshot> {
  return decodeModel(where, await readSource(where, source), { ...options, beside: readerBeside(where, source) });
}

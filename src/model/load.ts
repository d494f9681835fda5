import { checkBoolean, checkOptions, show } from "../base/check.js";
import { bytesOf } from "../engine/kernels/kinds.js";
import { checkFormat, type Format } from "../files/formats.js";
import { codec } from "../files/lazyCodec.js";
import type { ModelSource } from "../files/target.js";
import * as layers from "../layers/index.js";
import { knowLayers } from "../layers/registry.js";
import { type LoadedModel, modelOf } from "./makeModel.js";

// Not on demand: esbuild would then load all of them in every page that imports one by name.
knowLayers(layers);

/** Options of `loadModel` and its like. */
export interface LoadOptions {
  /** Default: by content. */
  format?: Format | undefined;
  /**
   * Whether to compile the model as it was, with the optimizer's state. Default: if all of that is supported; else the model is
   * not compiled, and its `loadNotes` say why. True: an error then. False: not.
   */
  compile?: boolean | undefined;
}

/**
 * A model from a file: `.keras`, `.h5` of Keras 2 or 3, or `model.json` of TensorFlow.js with its shards beside it.
 * @param source in Node a path or a `file:` URL; everywhere an `http:` or `https:` URL, which is fetched, bytes, a Blob, a Response,
 *   `indexeddb://name` and `opfs://name` where the engine has them
 * @throws TypeError, RangeError for wrong options; Error where nothing can be read, where the file is damaged, and with all
 *   layers and options that are not supported, of `compile` only if that is asked for
 */
export async function loadModel(source: ModelSource, options: LoadOptions = {}): Promise<LoadedModel> {
  checkLoad("loadModel", options);
  return modelOf(await (await codec()).readModel("loadModel", source, options), options);
}

/** A model from the bytes of a file. Otherwise as `loadModel`. @param format default: by content */
export async function modelFromBytes(
  bytes: Uint8Array | ArrayBufferLike,
  format?: Format,
  options: Pick<LoadOptions, "compile"> = {},
): Promise<LoadedModel> {
  const all = { ...options, ...(format !== undefined && { format }) };
  checkLoad("modelFromBytes", all);
  const data = bytesOf(bytes);
  if (!data) throw new TypeError(`modelFromBytes: expected a Uint8Array or an ArrayBuffer, got ${show(bytes)}`);
  const { decodeModel } = await codec();
  return modelOf(await decodeModel("modelFromBytes", data, all), options);
}

function checkLoad(where: string, options: LoadOptions): void {
  checkOptions(where, options, ["format", "compile"]);
  if (options.format !== undefined) checkFormat(`${where}.format`, options.format);
  checkBoolean(`${where}.compile`, options.compile ?? true);
}

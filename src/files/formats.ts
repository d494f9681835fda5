import { checkChoice, show } from "../base/check.js";
import { type ModelTarget, nameOf, STORED } from "./target.js";

/** Formats of whole models, and of weights alone: `weights.h5`, `safetensors`. `onnx` is only written. */
export const FORMATS = ["keras", "h5", "weights.h5", "tfjs", "safetensors", "onnx"] as const;
/** Those that are read. */
export const READ_FORMATS = FORMATS.filter((format) => format !== "onnx");
/** A format of files, as it is named in options. */
export type Format = (typeof FORMATS)[number];

/**
 * `keras`: Keras 3. `h5`: Keras' legacy format. `weights.h5`: Keras 3, weights alone. `tfjs`: `model.json` of a TensorFlow.js
 * LayersModel, and its shards. `safetensors`: weights alone. `onnx`: to be run elsewhere.
 */
export function checkFormat(where: string, format: unknown): Format {
  return checkChoice(where, format, FORMATS);
}

/** By the ending of a name; undefined if it says nothing. */
export function formatOfName(name: string): Format | undefined {
  if (/\.weights\.h5$/i.test(name)) return "weights.h5";
  if (/\.(h5|hdf5)$/i.test(name)) return "h5";
  if (/\.safetensors$/i.test(name)) return "safetensors";
  if (/\.onnx$/i.test(name)) return "onnx";
  if (/(^|[/\\])model\.json$/i.test(name)) return "tfjs";
  return /\.keras$/i.test(name) ? "keras" : undefined;
}

/**
 * What a target is written as: `given`, else by the ending of its name. Names in the browser's own storage need none.
 * @param among what endings may say; in the storage the first is the default
 * @throws TypeError if it is no target, RangeError if its ending says none of these, or `given` is no format
 */
export function formatToWrite(
  where: string,
  target: ModelTarget,
  given: unknown,
  among: readonly Format[] = FORMATS,
): Format {
  const name = nameOf(where, target);
  if (given !== undefined) return checkFormat(`${where}.format`, given);
  const format = formatOfName(name);
  if (format && among.includes(format)) return format;
  if (!format && STORED.test(String(target))) return among[0]!;
  const endings = among.map((each) => (each === "tfjs" ? "model.json" : `.${each}`)).join(", ");
  throw new RangeError(
    `${where}: expected a name that ends in one of ${endings}, or a format, got ${show(String(target))}`,
  );
}

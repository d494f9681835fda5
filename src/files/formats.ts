import { checkChoice } from "../engine/check.js";

/** Formats of whole models, and of weights alone: `weights.h5`, `safetensors`. `onnx` is only written. */
export const FORMATS = ["keras", "h5", "weights.h5", "tfjs", "safetensors", "onnx"] as const;
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

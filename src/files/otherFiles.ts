import { isObject, own } from "./jsonValue.js";

/** What a file is that is no model of ours, and what helps; undefined if that is not known. */
export function otherKind(bytes: Uint8Array): string | undefined {
  // A SavedModel begins with its version, 1, and a graph; ONNX with a later version.
  if (bytes[0] === 0x08 && bytes[1] === 1 && bytes[2] === 0x12) {
    return "a SavedModel of TensorFlow; load it in Keras and save it as .keras";
  }
  const begin = new TextDecoder()
    .decode(bytes.subarray(0, 256))
    .replace(/^\uFEFF/, "")
    .trimStart();
  if (begin.startsWith("version https://git-lfs.github.com/")) {
    return "a Git LFS pointer in place of the file; fetch the file with: git lfs pull";
  }
  if (/^<(!doctype|html|head|body|\?xml|!--)/i.test(begin)) return "a web page; the address or path may be wrong";
  return undefined;
}

/** Likewise of JSON that is no `model.json`. */
export function otherJson(json: unknown): string | undefined {
  if (own(json, "nbformat") !== undefined) return "a notebook; run it, and save its model in Keras";
  const isTopology = isObject(own(json, "modelTopology")) || own(json, "weightsManifest") !== undefined;
  const kind = own(json, "class_name") ?? own(json, "className");
  if (!isTopology && kind !== undefined) {
    return "a description without weights, as of to_json(); use modelFromJSON, then loadWeights";
  }
  return isTopology ? undefined : "other JSON";
}

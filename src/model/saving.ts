import { checkFormat, decodeModel, encodeModel, type Format, formatOfName, saveModel } from "../files/formats.js";
import { type ModelSource, type ModelTarget, nameOf, readerBeside, readSource } from "../files/storage.js";
import type { ModelSnapshot } from "./snapshot.js";

// What the methods of savable.ts do, apart from it: a page that saves nothing does not load this.

export async function toBytes(snapshot: ModelSnapshot, format: Format = "keras"): Promise<Uint8Array<ArrayBuffer>> {
  return encodeModel("toBytes.format", snapshot, checkFormat("toBytes.format", format));
}

export async function save(snapshot: ModelSnapshot, target: ModelTarget, format: Format | undefined): Promise<void> {
  const chosen = format ?? formatOfName(nameOf("save", target)) ?? "keras";
  await saveModel("save", target, snapshot, checkFormat("save.format", chosen));
}

export async function saveWeights(
  snapshot: ModelSnapshot,
  target: ModelTarget,
  format: Format | undefined,
): Promise<void> {
  const named = formatOfName(nameOf("saveWeights", target)) === "safetensors" ? "safetensors" : "weights.h5";
  await saveModel("saveWeights", target, snapshot, checkFormat("saveWeights.format", format ?? named));
}

/** A snapshot with the weights of a file. @param describe what gives the model that they are for */
export async function loadWeights(
  describe: () => ModelSnapshot,
  source: ModelSource,
  format: Format | undefined,
): Promise<ModelSnapshot> {
  if (format !== undefined) checkFormat("loadWeights.format", format);
  const bytes = await readSource("loadWeights", source);
  const { name, inputShape, layers } = await decodeModel("loadWeights", bytes, {
    format,
    compile: false,
    model: describe(),
    beside: readerBeside("loadWeights", source),
  });
  return { name, inputShape, layers };
}

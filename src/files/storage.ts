import { checkFileWritable, fileBeside, readFileBytes, writeFileWhole } from "#platform";
import { show } from "../engine/check.js";
import { type ModelSource, type ModelTarget, nameOf, STORED } from "./target.js";

/** @throws TypeError for a source of another kind; Error where there is nothing to read, or not to the end */
export async function readSource(where: string, source: ModelSource): Promise<Uint8Array> {
  if (source instanceof Uint8Array) return source;
  if (source instanceof ArrayBuffer) return new Uint8Array(source);
  if (source instanceof Blob) return new Uint8Array(await source.arrayBuffer());
  if (source instanceof Response) {
    if (!source.ok) throw new Error(`${where}: expected a file, got status ${source.status} from ${source.url}`);
    return new Uint8Array(await source.arrayBuffer());
  }
  if (typeof source !== "string" && !(source instanceof URL)) {
    throw new TypeError(`${where}: expected a path, URL, bytes, Blob or Response, got ${show(source)}`);
  }
  const stored = STORED.exec(String(source));
  if (stored) return (await storageOf(stored[1]!)).read(where, stored[2]!);
  try {
    return await readFileBytes(source);
  } catch (cause) {
    throw new Error(`${where}: expected a file that can be read, got ${(cause as Error).message}`, { cause });
  }
}

/**
 * A file with another name at the place of a target.
 * @throws RangeError for the browser's own storage, where each model is one file
 */
export function targetBeside(where: string, target: ModelTarget, name: string): ModelTarget {
  if (!STORED.test(String(target))) return fileBeside(target, name);
  throw new RangeError(`${where}: expected a format of one file for ${target}, got several`);
}

/** Reads a file at the place of a source by its name. Undefined for sources that have no place. */
export function readerBeside(where: string, source: ModelSource): ((name: string) => Promise<Uint8Array>) | undefined {
  if (source instanceof Response) {
    return source.url
      ? async (name) => readSource(where, await fetch(fileBeside(new URL(source.url), name)))
      : undefined;
  }
  const isPlace = source instanceof URL || (typeof source === "string" && !STORED.test(source));
  return isPlace ? (name) => readSource(where, targetBeside(where, source, name)) : undefined;
}

/** Writes all or nothing. @throws Error where it cannot be written */
export async function writeTarget(where: string, target: ModelTarget, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
  const stored = storedAt(where, target);
  await attemptToWrite(where, async () => {
    if (stored) await (await storageOf(stored[1]!)).write(stored[2]!, bytes);
    else await writeFileWhole(target, bytes);
  });
}

/** Proves that `writeTarget` can write there, before there is work that would be lost. Changes nothing. @throws likewise */
export async function checkWritable(where: string, target: ModelTarget): Promise<void> {
  const stored = storedAt(where, target);
  await attemptToWrite(where, async () => {
    if (stored) await (await storageOf(stored[1]!)).list();
    else await checkFileWritable(target);
  });
}

/** @throws TypeError if it is no target */
function storedAt(where: string, target: ModelTarget): RegExpExecArray | null {
  nameOf(where, target);
  return STORED.exec(String(target));
}

async function attemptToWrite(where: string, write: () => Promise<void>): Promise<void> {
  try {
    await write();
  } catch (cause) {
    throw new Error(`${where}: expected a place that can be written, got ${(cause as Error).message}`, { cause });
  }
}

function storageOf(kind: string) {
  return kind === "opfs" ? import("./opfs.js") : import("./indexedDb.js");
}

/**
 * The names of the models in the browser's own storage, in alphabetical order.
 * @throws RangeError for another storage; Error where there is none
 */
export async function listModels(storage: "indexeddb" | "opfs"): Promise<readonly string[]> {
  if (storage !== "indexeddb" && storage !== "opfs") {
    throw new RangeError(`listModels: expected "indexeddb" or "opfs", got ${show(storage)}`);
  }
  return (await (await storageOf(storage)).list()).map((name) => `${storage}://${name}`).sort();
}

/**
 * Deletes a model from the browser's own storage; it is no error if there is none.
 * @param target `indexeddb://name` or `opfs://name`
 * @throws TypeError for another target
 */
export async function deleteModel(target: string): Promise<void> {
  const stored = typeof target === "string" ? STORED.exec(target) : null;
  if (!stored) throw new TypeError(`deleteModel: expected "indexeddb://name" or "opfs://name", got ${show(target)}`);
  await (await storageOf(stored[1]!)).remove(stored[2]!);
}

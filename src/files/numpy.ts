import { type NpyArray, readNpy } from "../data/npy.js";
import { readSource } from "./storage.js";
import type { ModelSource } from "./target.js";
import { ZipArchive } from "./zip.js";

/** What one array may take. */
const MOST = 2 ** 31;

/**
 * A `.npy` file of numpy.
 * @param source a path, a URL, bytes, a Blob or a Response
 * @throws TypeError for another source, RangeError if it is damaged or of a type that is not supported, Error if it cannot be read
 */
export async function loadNpy(source: ModelSource): Promise<NpyArray> {
  return readNpy("loadNpy", await readSource("loadNpy", source));
}

/**
 * The arrays of a `.npz` file of numpy, by name, compressed or not.
 * @param source as of `loadNpy`
 * @throws as `loadNpy`
 */
export async function loadNpz(source: ModelSource): Promise<Record<string, NpyArray>> {
  const where = "loadNpz";
  const archive = new ZipArchive(where, await readSource(where, source));
  const arrays: [string, NpyArray][] = [];
  for (const name of archive.names) {
    if (!name.endsWith(".npy")) continue;
    const bytes = await archive.read(name, MOST);
    arrays.push([name.slice(0, -".npy".length), readNpy(`${where}: ${name}`, bytes)]);
  }
  return Object.fromEntries(arrays);
}

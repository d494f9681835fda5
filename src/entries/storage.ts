// The browser's own storage. Readers and writers of files use it too, so it is imported here as they import it: when it is asked for.

/**
 * The names of the models in the browser's own storage, in alphabetical order.
 * @throws RangeError for another storage; Error where there is none
 */
export async function listModels(storage: "indexeddb" | "opfs"): Promise<readonly string[]> {
  return (await import("../files/storage.js")).listModels(storage);
}

/**
 * Deletes a model from the browser's own storage; it is no error if there is none.
 * @param target `indexeddb://name` or `opfs://name`
 * @throws TypeError for another target
 */
export async function deleteModel(target: string): Promise<void> {
  return (await import("../files/storage.js")).deleteModel(target);
}

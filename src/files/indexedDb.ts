// Models in the browser's database, by name.

import { bytesOf } from "../engine/kernels/kinds.js";

const DATABASE = "wasm-cnn";
const STORE = "models";

function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** Runs one request in a transaction of its own; resolves when that is through. */
async function inStore<T>(mode: IDBTransactionMode, ask: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  if (typeof indexedDB === "undefined") throw new Error("an engine without indexedDB");
  const opening = indexedDB.open(DATABASE, 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore(STORE);
  const database = await settled(opening);
  try {
    const transaction = database.transaction(STORE, mode, { durability: "strict" });
    const done = new Promise<void>((resolve, reject) => {
      transaction.oncomplete = () => resolve();
      transaction.onabort = () => reject(transaction.error);
    });
    const result = await settled(ask(transaction.objectStore(STORE)));
    await done;
    return result;
  } finally {
    database.close();
  }
}

export async function read(where: string, name: string): Promise<Uint8Array> {
  const bytes = bytesOf(await inStore<unknown>("readonly", (store) => store.get(name)));
  if (bytes) return bytes;
  throw new Error(`${where}: expected a model indexeddb://${name}, got none`);
}

export async function write(name: string, bytes: Uint8Array): Promise<void> {
  await inStore("readwrite", (store) => store.put(bytes, name));
}

export async function list(): Promise<string[]> {
  return (await inStore("readonly", (store) => store.getAllKeys())).map(String);
}

export async function remove(name: string): Promise<void> {
  await inStore("readwrite", (store) => store.delete(name));
}

import { createStore, get, type UseStore, update } from "idb-keyval";
import type { RunState } from "./run.js";

/** What the page keeps of a visit: one record, so that a network and its curves always belong together. */
export interface Visit {
  /** The present network, as a file. */
  readonly model: Uint8Array;
  /** The present run first. */
  readonly runs: readonly RunState[];
}

interface Kept extends Visit {
  /** Another one with each writing. */
  readonly version: string;
}

const KEY = "visit";

/** The browser's own storage for one visit. It replaces only what this page has read or written, or was told to replace. */
export class Keeper {
  #opened: UseStore | undefined;
  #known: string | undefined;

  get #store(): UseStore {
    if (typeof indexedDB === "undefined") throw new Error("This browser keeps nothing: it has no IndexedDB.");
    this.#opened ??= createStore("wasm-cnn demo", "visits");
    return this.#opened;
  }

  async read(): Promise<Visit | undefined> {
    const kept = await get<Kept>(KEY, this.#store);
    this.#known = kept?.version;
    return kept;
  }

  /** The version that is kept now, if any; a browser that keeps nothing has none. */
  async version(): Promise<string | undefined> {
    try {
      return (await get<Kept>(KEY, this.#store))?.version;
    } catch {
      return undefined;
    }
  }

  /** Whether a version comes from another tab. */
  isForeign(version: string | undefined): boolean {
    return version !== undefined && version !== this.#known;
  }

  /** Lets the next writing replace this version. */
  release(version: string | undefined): void {
    this.#known = version;
  }

  /** @throws Error if another tab has written since, or if the browser cannot keep it */
  async write(visit: Visit): Promise<void> {
    const version = `${Date.now()}-${Math.random()}`;
    await update<Kept>(
      KEY,
      (kept) => {
        if (this.isForeign(kept?.version)) {
          throw new Error(
            "Another tab of this page has kept a network since, so this one is not kept. Download it to have it later.",
          );
        }
        return { ...visit, version };
      },
      this.#store,
    );
    this.#known = version;
  }
}

import { filesIn, makeFolder, removeFile, UNFINISHED } from "#platform";
import type { Bytes } from "../engine/kernels/kinds.js";
import { checkWritable, deleteModel, listModels, readSource, writeTarget } from "./storage.js";

// A folder of checkpoints: files whose names say how many steps the model had done. A folder is a path in Node, or the beginning
// of names in the browser's storage: `indexeddb://digits`.

const NAME = /^checkpoint-(\d{12})\.keras$/;
const STORAGE = /^(indexeddb|opfs):\/\//;

export interface StoredCheckpoint {
  readonly name: string;
  /** Steps that the model had done. */
  readonly iterations: number;
}

export function checkpointName(iterations: number): string {
  return `checkpoint-${String(iterations).padStart(12, "0")}.keras`;
}

/** The newest first. None if there is no such folder. */
export async function listCheckpoints(folder: string): Promise<readonly StoredCheckpoint[]> {
  return (await namesIn(folder))
    .flatMap((name) => {
      const digits = NAME.exec(name)?.[1];
      return digits === undefined ? [] : [{ name, iterations: Number(digits) }];
    })
    .sort((a, b) => b.iterations - a.iterations);
}

async function namesIn(folder: string): Promise<readonly string[]> {
  const [, kind] = STORAGE.exec(folder) ?? [];
  if (!kind) return filesIn(folder);
  const prefix = pathIn(folder, "");
  const targets = await listModels(kind as "indexeddb" | "opfs");
  return targets.filter((target) => target.startsWith(prefix)).map((target) => target.slice(prefix.length));
}

function pathIn(folder: string, name: string): string {
  return `${folder.replace(/[/\\]$/, "")}/${name}`;
}

/**
 * Makes the folder, clears away what a process that was killed had not written to its end, and proves that checkpoints can be
 * written there.
 * @throws Error where they cannot
 */
export async function prepareFolder(where: string, folder: string): Promise<void> {
  if (!STORAGE.test(folder)) {
    try {
      await makeFolder(folder);
      for (const name of await filesIn(folder)) {
        if (name.startsWith("checkpoint-") && name.endsWith(UNFINISHED)) await removeFile(folder, name);
      }
    } catch (cause) {
      throw new Error(`${where}: expected a folder that can be written, got ${(cause as Error).message}`, { cause });
    }
  }
  await checkWritable(where, pathIn(folder, checkpointName(0)));
}

export function readCheckpoint(where: string, folder: string, name: string): Promise<Uint8Array> {
  return readSource(where, pathIn(folder, name));
}

export function writeCheckpoint(where: string, folder: string, name: string, bytes: Bytes): Promise<void> {
  return writeTarget(where, pathIn(folder, name), bytes);
}

export async function removeCheckpoint(folder: string, name: string): Promise<void> {
  if (STORAGE.test(folder)) await deleteModel(pathIn(folder, name));
  else await removeFile(folder, name);
}

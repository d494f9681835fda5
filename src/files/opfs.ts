import type { Bytes } from "../engine/kernels/kinds.js";

// Models in the origin's private file system, in a folder of our own. Names are encoded, so that they may hold a slash.

async function folder(): Promise<FileSystemDirectoryHandle> {
  const root = await globalThis.navigator?.storage?.getDirectory?.();
  if (!root) throw new Error("an engine without a private file system");
  return root.getDirectoryHandle("wasm-cnn", { create: true });
}

export async function read(where: string, name: string): Promise<Uint8Array> {
  try {
    const handle = await (await folder()).getFileHandle(encodeURIComponent(name));
    return new Uint8Array(await (await handle.getFile()).arrayBuffer());
  } catch (cause) {
    throw new Error(`${where}: expected a model opfs://${name}, got ${(cause as Error).message}`, { cause });
  }
}

/** What is written takes the place of the old file when it is closed, and not before. */
export async function write(name: string, bytes: Bytes): Promise<void> {
  const handle = await (await folder()).getFileHandle(encodeURIComponent(name), { create: true });
  const stream = await handle.createWritable();
  await stream.write(bytes);
  await stream.close();
}

export async function list(): Promise<string[]> {
  const names: string[] = [];
  for await (const name of (await folder()).keys()) names.push(decodeURIComponent(name));
  return names;
}

export async function remove(name: string): Promise<void> {
  try {
    await (await folder()).removeEntry(encodeURIComponent(name));
  } catch (error) {
    if ((error as Error).name !== "NotFoundError") throw error;
  }
}

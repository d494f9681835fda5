import { mkdir, mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { checkWritable } from "../files/storage.js";
import type { BaseModel, SaveOptions } from "../index.js";

/**
 * Proves that a file can be written, before the work of which it will hold the result. Its folder is made if it is missing; what
 * is there already stays as it is.
 * @param where the option or argument that named it
 * @throws Error where it is no regular file, or where its folder cannot be made or written to
 */
export async function checkOutput(where: string, path: string): Promise<void> {
  const folder = dirname(resolve(path));
  try {
    await mkdir(folder, { recursive: true });
  } catch (cause) {
    throw new Error(`${where}: expected a folder that can be made, got ${(cause as Error).message}`, { cause });
  }
  await checkWritable(where, path);
}

/** Saves a model; where that fails all the same, to a temporary file. @throws Error that says where the model is then */
export async function saveModel(model: BaseModel, path: string, options: SaveOptions = {}): Promise<void> {
  try {
    await model.save(path, options);
  } catch (error) {
    throw await rescued(error, model, basename(path), options);
  }
}

/** Saves a model to a temporary file of this name, as something has failed. Gives that error, which now says where it is. */
export async function rescued(
  error: unknown,
  model: BaseModel,
  name: string,
  options: SaveOptions = {},
): Promise<Error> {
  const cause = error instanceof Error ? error : new Error(String(error));
  try {
    const file = join(await mkdtemp(join(tmpdir(), "wasm-cnn-")), name);
    await model.save(file, options);
    return new Error(`${cause.message}; the model is in ${file}`, { cause });
  } catch (second) {
    // What no place can help, such as a layer that the format has not, is the same error again.
    const { message } = second as Error;
    return message === cause.message ? cause : new Error(`${cause.message}; nor in ${tmpdir()}: ${message}`, { cause });
  }
}

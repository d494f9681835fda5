import { mnistFolders } from "#platform";
import { hasMnist } from "../data/mnist.js";

export interface MnistFolderOptions {
  /** The folder with the four files. Default: where `loadMnist` looks for them; they are fetched if they are not there. */
  data?: string | undefined;
  signal: AbortSignal;
  onMessage: (message: string) => void;
}

/**
 * A folder with the four files of MNIST.
 *
 * @throws Error if `data` is given and they are not there; otherwise what `fetchMnist` throws.
 */
export async function mnistFolder({ data, signal, onMessage }: MnistFolderOptions): Promise<string> {
  for (const folder of data === undefined ? await mnistFolders() : [data]) {
    if (await hasMnist(folder)) return folder;
  }
  if (data !== undefined) throw new Error(`--data: expected a folder with the four files of MNIST, got ${data}`);
  const { fetchMnist } = await import("./fetchMnist.js");
  return fetchMnist({ signal, onMessage });
}

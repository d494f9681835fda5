import { randomBytes } from "node:crypto";
import type { Stats } from "node:fs";
import {
  access,
  constants,
  type FileHandle,
  lstat,
  open,
  readdir,
  readlink,
  realpath,
  rename,
  rm,
} from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** The end of the names of files that were not written to their end. */
export const UNFINISHED = ".unfinished";

const MOST_LINKS = 40;
/** No write stands still for longer, in milliseconds: what has not changed for that time is left over. */
const LONGEST_PAUSE = 3_600_000;
const PERMISSIONS = 0o777;

/** A file that can be written: where it lies, after links, and what is there now. */
interface Destination {
  readonly path: string;
  readonly stats: Stats | undefined;
}

/**
 * Writes a file so that, whenever the process or the machine ends, there is the old one or the new one, and whole: to another
 * file in the same folder, which then takes its name. Links are followed; permissions and owner stay. Of several writers the last
 * one wins.
 * @throws Error if something else than a file has the name; or what the file system reports
 */
export async function writeFileWhole(target: string | URL, bytes: Uint8Array): Promise<void> {
  const destination = await destinationOf(target);
  const { path } = destination;
  // A second time, as whoever took the unfinished file for a leftover may have removed it.
  if (!(await attempt(destination, bytes)) && !(await attempt(destination, bytes))) {
    throw new Error(`${path}, whose unfinished file is removed again and again`);
  }
  await syncFolder(dirname(path));
  await removeLeftovers(path).catch(() => undefined);
}

/** Proves that `writeFileWhole` can write there: with an empty file beside the target. Changes nothing. @throws likewise */
export async function checkFileWritable(target: string | URL): Promise<void> {
  const destination = await destinationOf(target);
  const { file, name } = await openUnfinished(destination);
  await file.close();
  await rm(name, { force: true });
}

/** False if the unfinished file has gone. */
async function attempt(destination: Destination, bytes: Uint8Array): Promise<boolean> {
  const { file, name } = await openUnfinished(destination);
  try {
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(name, destination.path);
    return true;
  } catch (error) {
    if (codeOf(error) === "ENOENT" && (await statsOf(dirname(name)))) return false;
    await rm(name, { force: true }).catch(() => undefined);
    throw error;
  }
}

async function openUnfinished({ path, stats }: Destination): Promise<{ file: FileHandle; name: string }> {
  const name = unfinishedName(path);
  const file = await open(name, "wx", stats ? stats.mode & PERMISSIONS : undefined);
  try {
    if (stats) {
      // Only root may give files away; then without a change of owner.
      await file.chown(stats.uid, stats.gid).catch(() => undefined);
      // Once more, as the mask of the process took bits away.
      await file.chmod(stats.mode & PERMISSIONS);
    }
  } catch (error) {
    await file.close();
    await rm(name, { force: true });
    throw error;
  }
  return { file, name };
}

/** No other process or thread, alive or dead, has had this one. */
function unfinishedName(path: string): string {
  return `${path}.${process.pid}-${randomBytes(6).toString("hex")}${UNFINISHED}`;
}

async function destinationOf(target: string | URL): Promise<Destination> {
  let path = resolve(target instanceof URL ? fileURLToPath(target) : target);
  for (let links = 0; links < MOST_LINKS; links++) {
    path = join(await realFolder(dirname(path)), basename(path));
    const stats = await statsOf(path);
    if (!stats?.isSymbolicLink()) {
      if (stats && !stats.isFile()) throw new Error(`${kindOf(stats)} at ${path}`);
      return { path, stats: stats && (await isThere(path)) ? stats : undefined };
    }
    path = resolve(dirname(path), await readlink(path));
  }
  throw new Error(`more than ${MOST_LINKS} links, one to the next, at ${path}`);
}

/** False if another writer has just taken the file away. @throws Error if it is write-protected */
async function isThere(path: string): Promise<boolean> {
  try {
    await access(path, constants.W_OK);
    return true;
  } catch (error) {
    if (codeOf(error) === "ENOENT") return false;
    throw error;
  }
}

async function realFolder(folder: string): Promise<string> {
  try {
    return await realpath(folder);
  } catch (error) {
    throw codeOf(error) === "ENOENT" ? new Error(`no folder ${folder}`, { cause: error }) : error;
  }
}

async function statsOf(path: string): Promise<Stats | undefined> {
  try {
    return await lstat(path);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
}

function kindOf(stats: Stats): string {
  if (stats.isDirectory()) return "a folder";
  if (stats.isFIFO()) return "a pipe";
  return stats.isSocket() ? "a socket" : "a device";
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}

/** Removes what processes that were killed while they wrote this file have left beside it. */
async function removeLeftovers(path: string): Promise<void> {
  const start = `${basename(path)}.`;
  for (const name of await readdir(dirname(path))) {
    const pid = name.startsWith(start) ? /\.(\d+)-[0-9a-f]+\.unfinished$/.exec(name)?.[1] : undefined;
    if (pid === undefined) continue;
    const place = join(dirname(path), name);
    const stats = await statsOf(place);
    if (stats?.isFile() && isLeftover(Number(pid), stats.mtimeMs)) await rm(place, { force: true });
  }
}

function isLeftover(pid: number, changed: number): boolean {
  // Of a process that had our number before us.
  if (pid === process.pid) return changed < Date.now() - 1_000 * process.uptime();
  try {
    process.kill(pid, 0);
    return changed < Date.now() - LONGEST_PAUSE;
  } catch (error) {
    return codeOf(error) === "ESRCH";
  }
}

/** The new name too shall outlive a power failure; where folders cannot be opened (Windows) the system sees to that. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, "r").catch(() => undefined);
  await folder?.sync().catch(() => undefined);
  await folder?.close();
}

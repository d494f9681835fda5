import { execFile } from "node:child_process";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

export const run = promisify(execFile);

export const root = fileURLToPath(new URL("../..", import.meta.url));

/**
 * A new folder, outside of the project, in which the package is installed as its users install it: from the archive that is
 * published, with all that it depends on.
 * @param others packages that are installed with it
 */
export async function installPackage(
  others: readonly string[] = [],
): Promise<{ path: string; remove(): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), "wasm-cnn-"));
  // Built it is already, by `npm run test:e2e`.
  await run("npm", ["pack", "--ignore-scripts", "--pack-destination", path], { cwd: root });
  const archive = (await readdir(path)).find((name) => name.endsWith(".tgz"));
  await writeFile(join(path, "package.json"), JSON.stringify({ private: true, type: "module" }));
  await run("npm", ["install", "--no-audit", "--no-fund", `./${archive}`, ...others], { cwd: path });
  return { path, remove: () => rm(path, { recursive: true }) };
}

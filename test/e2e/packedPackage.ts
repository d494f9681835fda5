import { execFile } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

export const run = promisify(execFile);

export const root = fileURLToPath(new URL("../..", import.meta.url));

/** The package as it is published, in a new folder outside of the project. */
export class PackedPackage {
  private constructor(
    /** The new folder. */
    readonly folder: string,
    private readonly archive: string,
  ) {}

  /** Packs what is built. */
  static async create(): Promise<PackedPackage> {
    const folder = await mkdtemp(join(tmpdir(), "wasm-cnn-"));
    await run("npm", ["pack", "--ignore-scripts", "--pack-destination", folder], { cwd: root });
    const [archive] = await readdir(folder);
    return new PackedPackage(folder, join(folder, archive!));
  }

  /** Installs it in a folder as its users do, with all that it and the folder's own package.json depend on. */
  async install(folder: string): Promise<void> {
    await run("npm", ["install", "--no-audit", "--no-fund", this.archive], { cwd: folder });
  }

  remove(): Promise<void> {
    return rm(this.folder, { recursive: true });
  }
}

import { execFile } from "node:child_process";
import { copyFile, mkdir, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { beforeEach, describe, expect, it } from "vitest";
import { temporaryFolder } from "./data/mnistFiles.js";

const OUTPUTS = ["cli/main.js", "index.js", "kernels.wasm", "worker.js", "wasm-cnn.min.js", "demo/index.html"];
/** A build that makes all outputs, and counts itself. */
const BUILD = `import { appendFileSync, mkdirSync, writeFileSync } from "node:fs";
mkdirSync("dist/cli", { recursive: true });
mkdirSync("dist/demo", { recursive: true });
for (const name of ${JSON.stringify(OUTPUTS)}) writeFileSync("dist/" + name, "");
appendFileSync("builds", "x");`;

let root: string;

/** Runs it as npm does in a clone. @returns how often the package has been built so far */
async function prepare(env: Record<string, string> = {}): Promise<number> {
  const { CI, npm_command, ...inherited } = process.env;
  await promisify(execFile)(process.execPath, [join(root, "src/prepare.mjs")], { env: { ...inherited, ...env } });
  return (await readFile(join(root, "builds"), "utf8").catch(() => "")).length;
}

describe("npm's prepare", () => {
  beforeEach(async () => {
    root = await temporaryFolder();
    for (const folder of ["src/engine", "assembly", "node_modules/assemblyscript"]) {
      await mkdir(join(root, folder), { recursive: true });
    }
    await copyFile(fileURLToPath(new URL("../src/prepare.mjs", import.meta.url)), join(root, "src/prepare.mjs"));
    await writeFile(join(root, "build.mjs"), BUILD);
    await writeFile(
      join(root, "package.json"),
      JSON.stringify({ type: "module", scripts: { build: "node build.mjs" } }),
    );
    for (const file of ["asconfig.json", "assembly/gemm.ts", "src/engine/engine.ts", "src/engine/old.ts"]) {
      await writeFile(join(root, file), "");
    }
  });

  it("builds a fresh clone once, though npx prepares it again", async () => {
    expect(await prepare()).toBe(1);
    expect(await prepare({ npm_command: "exec" })).toBe(1);
    expect(await prepare({ npm_command: "install" })).toBe(1);
  });

  it("always builds in CI, and what leaves the machine", async () => {
    expect(await prepare()).toBe(1);
    expect(await prepare({ CI: "true" })).toBe(2);
    expect(await prepare({ npm_command: "pack" })).toBe(3);
    expect(await prepare({ npm_command: "publish" })).toBe(4);
  });

  it.each([
    ["a source has changed", () => utimes(join(root, "src/engine/engine.ts"), later(), later())],
    ["a kernel has changed", () => utimes(join(root, "assembly/gemm.ts"), later(), later())],
    ["the manifest has changed", () => utimes(join(root, "package.json"), later(), later())],
    ["a build was not finished", () => rm(join(root, "dist/demo/index.html"))],
    [
      "a source has gone",
      async () => {
        await rm(join(root, "src/engine/old.ts"));
        await utimes(join(root, "src/engine"), later(), later());
      },
    ],
  ])("builds again when %s", async (_, change) => {
    expect(await prepare()).toBe(1);
    await change();
    expect(await prepare()).toBe(2);
  });

  it("says what to do where the tools of the build are missing", async () => {
    await rm(join(root, "node_modules"), { recursive: true });
    await expect(prepare()).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringMatching(
        /^wasm-cnn: expected what it is built with, got none: run `npm install` in .* first\n$/,
      ),
    });
  });
});

/** File systems may round times: a change right after the build could have the build's. */
function later(): Date {
  return new Date(Date.now() + 60_000);
}

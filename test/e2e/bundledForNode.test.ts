import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { engineCommand } from "../engines/engines.js";
import { PackedPackage, root, run } from "./packedPackage.js";

const bundlers = join(root, "test/bundlers/node_modules/.bin");
const bun = engineCommand("bun")?.[0];

const script = `
import { layers, Sequential } from "wasm-cnn";

async function main() {
  const model = new Sequential([layers.dense({ units: 3, activation: "softmax", inputShape: [4] })], { seed: 1 });
  model.compile({ optimizer: "rmsprop", loss: "categoricalCrossentropy", threads: 2 });
  await model.fit(new Float32Array(400).map((_, i) => i % 7), new Float32Array(300).fill(1 / 3));
  console.log(model.backendInfo().threads, await model.fingerprint());
  model.dispose();
}
void main();
`;

interface Build {
  readonly program: string | undefined;
  readonly args: readonly string[];
  /** What is then run, in the folder of the build. */
  readonly start: readonly [program: string, ...args: string[]];
}

const esbuild = join(bundlers, "esbuild");
const node = process.execPath;
const builds: Record<string, Build> = {
  "esbuild to ESM": {
    program: esbuild,
    args: ["app.js", "--bundle", "--platform=node", "--format=esm", "--outfile=out/app.mjs"],
    start: [node, "app.mjs"],
  },
  "esbuild to CommonJS": {
    program: esbuild,
    args: ["app.js", "--bundle", "--platform=node", "--format=cjs", "--outfile=out/app.cjs"],
    start: [node, "app.cjs"],
  },
  webpack: {
    program: join(bundlers, "webpack"),
    args: ["./app.js", "--target", "node", "--mode", "production", "--output-path", "out"],
    start: [node, "main.js"],
  },
  "bun build": {
    program: bun,
    args: ["build", "app.js", "--target=node", "--outfile=out/app.mjs"],
    start: [node, "app.mjs"],
  },
  "bun build for Bun": {
    program: bun,
    args: ["build", "app.js", "--target=bun", "--outfile=out/app.mjs"],
    start: [bun!, "app.mjs"],
  },
  "bun build --compile": {
    program: bun,
    args: ["build", "app.js", "--compile", "--outfile=out/app"],
    start: ["./app"],
  },
};

describe("bundled for Node or Bun", () => {
  let packed: PackedPackage;
  let expected: string;

  beforeAll(async () => {
    packed = await PackedPackage.create();
    await writeFile(join(packed.folder, "package.json"), JSON.stringify({ private: true, type: "module" }));
    await packed.install(packed.folder);
    await writeFile(join(packed.folder, "app.js"), script);
    expected = (await run(node, ["app.js"], { cwd: packed.folder })).stdout;
    expect(expected).toMatch(/^2 [0-9a-f]{64}\n$/);
  });
  afterAll(() => packed?.remove());

  it.each(Object.entries(builds))("by %s it has real threads", async (name, { program, args, start }) => {
    if (!program || !existsSync(program)) {
      const message = `${name} is not installed: npm ci --ignore-scripts --prefix test/bundlers, test/engines`;
      if (process.env.WASM_CNN_ENGINES === "required") throw new Error(message);
      console.warn(`SKIPPED: ${message}`);
      return;
    }
    const folder = join(packed.folder, name.replaceAll(/\W+/g, "-"));
    await mkdir(join(folder, "out"), { recursive: true });
    await writeFile(join(folder, "app.js"), script);
    await writeFile(join(folder, "out/package.json"), "{}");
    await run(program, args, { cwd: folder });
    const [command, ...rest] = start;
    const { stdout } = await run(command, rest, { cwd: join(folder, "out"), timeout: 60_000 });
    expect(stdout).toBe(expected);
  });
});

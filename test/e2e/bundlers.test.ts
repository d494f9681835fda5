import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { cp, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser } from "puppeteer-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type BrowserName, hasBrowser, launch } from "./browsers.js";
import { demoUrl } from "./demoPage.js";
import { PackedPackage, root, run } from "./packedPackage.js";
import { ISOLATED, STRICT, serveFolder } from "./staticServer.js";

const folder = join(root, "test/bundlers");

/** What is typed to build the page, and the script that comes out where the bundler writes no page. */
const builds = {
  "vite build": { command: ["vite", "build"], script: undefined },
  webpack: { command: ["webpack", "--mode", "production"], script: '<script defer src="main.js">' },
  rollup: {
    command: ["rollup", "src/index.js", "--plugin", "node-resolve", "--dir", "dist"],
    script: '<script type="module" src="index.js">',
  },
  esbuild: {
    command: ["esbuild", "src/index.js", "--bundle", "--outdir=dist"],
    script: '<script defer src="index.js">',
  },
  "esbuild --format=esm": {
    command: ["esbuild", "src/index.js", "--bundle", "--format=esm", "--minify", "--outdir=dist"],
    script: '<script type="module" src="index.js">',
  },
} as const;

/** What `train` of the page resolves to. */
interface Trained {
  loss: number[];
  accuracy: number;
  fingerprint: string;
  backend: { threads: number; reason?: string; shards: number[] };
}

function hasBundlers(): boolean {
  const found = existsSync(join(folder, "node_modules"));
  const message = "no bundlers are installed: npm ci --ignore-scripts --prefix test/bundlers";
  if (!found && process.env.WASM_CNN_ENGINES === "required") throw new Error(message);
  if (!found) console.warn(`SKIPPED: ${message}`);
  return found;
}

const bin = (name: string) => join(folder, "node_modules/.bin", name);

describe.skipIf(!hasBundlers())("a page that is built with", () => {
  let packed: PackedPackage;
  let inNode: Trained;
  const browsers = new Map<BrowserName, Browser>();

  beforeAll(async () => {
    packed = await PackedPackage.create();
    await writeFile(join(packed.folder, "package.json"), JSON.stringify({ private: true, type: "module" }));
    await packed.install(packed.folder);
    const script = pathToFileURL(join(await createApp("node"), "src/train.js"));
    const code = `import { train } from "${script}"; console.log(JSON.stringify(await train()))`;
    inNode = JSON.parse((await run(process.execPath, ["--input-type=module", "--eval", code])).stdout);
    for (const name of ["chromium", "firefox"] as const) if (hasBrowser(name)) browsers.set(name, await launch(name));
  });
  afterAll(async () => {
    for (const browser of browsers.values()) await browser.close();
    await packed?.remove();
  });

  /** The page's own folder, beside the installed package. */
  async function createApp(name: string): Promise<string> {
    const app = join(packed.folder, name.replaceAll(/\W+/g, "-"));
    await cp(join(folder, "app"), app, { recursive: true });
    return app;
  }

  /** Opens the page in every browser that is here, and lets it train. */
  async function expectTraining(url: string): Promise<void> {
    for (const [name, browser] of browsers) {
      const page = await browser.newPage();
      const noise: string[] = [];
      page.on("console", (message) => noise.push(message.text()));
      page.on("pageerror", (error) => noise.push(String(error)));
      await page.goto(url);
      const trained = (await page.evaluate("trained")) as Trained;
      expect(
        noise.filter((text) => !text.startsWith("[vite] connect")),
        name,
      ).toEqual([]);
      expect(trained.fingerprint, name).toBe(inNode.fingerprint);
      expect(trained.loss, name).toEqual(inNode.loss);
      await page.close();
    }
  }

  it("nothing, in Node, learns", () => {
    expect(inNode.accuracy).toBeGreaterThan(0.95);
    expect(inNode.loss.at(-1)).toBeLessThan(inNode.loss[0]! / 4);
  });

  it.each(Object.entries(builds))("%s trains as Node does", async (name, { command, script }) => {
    const app = await createApp(name);
    const { stdout, stderr } = await run(bin(command[0]), command.slice(1), { cwd: app });
    expect(stdout + stderr).not.toMatch(/warn/i);
    const dist = join(app, "dist");
    if (script)
      await writeFile(join(dist, "index.html"), `<!doctype html><link rel="icon" href="data:,">${script}</script>`);
    for (const headers of [{ ...ISOLATED, ...STRICT }, STRICT]) {
      const server = await serveFolder(dist, headers);
      await expectTraining(server.url);
      server.stop();
    }
  });

  it("vite's development server trains as Node does", async () => {
    const app = await createApp("vite-dev");
    const headers = JSON.stringify({ ...ISOLATED, ...STRICT });
    await writeFile(join(app, "vite.config.js"), `export default { server: { headers: ${headers} } };`);
    const server = spawn(bin("vite"), ["--port", "0"], { cwd: app, stdio: ["ignore", "pipe", "inherit"] });
    try {
      await expectTraining(await demoUrl(server));
    } finally {
      server.kill();
    }
  });
});

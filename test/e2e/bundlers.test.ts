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
import { ISOLATION, STRICT, serve } from "./site.js";

const folder = join(root, "test/bundlers");

interface Build {
  /** What is typed to build the page. */
  readonly command: readonly [program: string, ...args: string[]];
  /** What the page is to load, where the bundler writes no page of its own. */
  readonly script?: string;
  /** Whether the file of the worker threads comes along by itself. */
  readonly bringsWorker: boolean;
}

const builds: Record<string, Build> = {
  "vite build": { command: ["vite", "build"], bringsWorker: true },
  webpack: {
    command: ["webpack", "--mode", "production"],
    script: '<script defer src="main.js">',
    bringsWorker: true,
  },
  rollup: {
    command: ["rollup", "src/index.js", "--plugin", "node-resolve", "--dir", "dist"],
    script: '<script type="module" src="index.js">',
    bringsWorker: false,
  },
  esbuild: {
    command: ["esbuild", "src/index.js", "--bundle", "--outdir=dist"],
    script: '<script defer src="index.js">',
    bringsWorker: false,
  },
  "esbuild --format=esm": {
    command: ["esbuild", "src/index.js", "--bundle", "--format=esm", "--minify", "--outdir=dist"],
    script: '<script type="module" src="index.js">',
    bringsWorker: false,
  },
};

/** What Vite's development server says in the page, and Firefox of a worker's file that is not there. */
const NOT_OURS = /^\[vite\] connect|^Error: Loading Worker from “[^”]+\/worker\.js” was blocked/;

/** What `train` of the page resolves to. */
interface Trained {
  loss: number[];
  accuracy: number;
  fingerprint: string;
  /** What `model.backendInfo()` said. */
  backend: { threads: number; reason?: string };
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
  async function expectTraining(url: string, threads: 0 | 2): Promise<void> {
    for (const [name, browser] of browsers) {
      const page = await browser.newPage();
      const noise: string[] = [];
      page.on("console", (message) => noise.push(message.text()));
      page.on("pageerror", (error) => noise.push(String(error)));
      await page.goto(url);
      const { backend, ...result } = (await page.evaluate("trained")) as Trained;
      expect(result, name).toEqual({ loss: inNode.loss, accuracy: inNode.accuracy, fingerprint: inNode.fingerprint });
      expect(backend.threads, `${name}: ${backend.reason}`).toBe(threads);
      if (threads === 0) expect(backend.reason).toContain("isolated");
      expect(
        noise.filter((text) => !NOT_OURS.test(text)),
        name,
      ).toEqual([]);
      await page.close();
    }
  }

  it("nothing, in Node, learns", () => {
    expect(inNode.accuracy).toBeGreaterThan(0.95);
    expect(inNode.loss.at(-1)).toBeLessThan(inNode.loss[0]! / 4);
  });

  it.each(Object.entries(builds))("%s trains as Node does", async (name, { command, script, bringsWorker }) => {
    const app = await createApp(name);
    const { stdout, stderr } = await run(bin(command[0]), command.slice(1), { cwd: app });
    expect(stdout + stderr).not.toMatch(/warn/i);
    const dist = join(app, "dist");
    if (script)
      await writeFile(join(dist, "index.html"), `<!doctype html><link rel="icon" href="data:,">${script}</script>`);
    const open = async (headers: Record<string, string>, threads: 0 | 2, query = "") => {
      const server = await serve({ folder: dist, headers });
      await expectTraining(server.url + query, threads);
      await server.stop();
    };
    await open({}, 0);
    await open(ISOLATION, 2);
    // The strict policy allows no blobs: what the bundler has not brought along is copied, and the library told where it is.
    const query = bringsWorker ? "" : "?worker=worker.js";
    if (!bringsWorker) await cp(join(packed.folder, "node_modules/wasm-cnn/dist/worker.js"), join(dist, "worker.js"));
    await open({ ...ISOLATION, ...STRICT }, 2, query);
  });

  it("vite's development server trains as Node does", async () => {
    const app = await createApp("vite-dev");
    const headers = JSON.stringify({ ...ISOLATION, ...STRICT });
    await writeFile(join(app, "vite.config.js"), `export default { server: { headers: ${headers} } };`);
    const server = spawn(bin("vite"), ["--port", "0"], { cwd: app, stdio: ["ignore", "pipe", "inherit"] });
    try {
      await expectTraining(await demoUrl(server), 2);
    } finally {
      server.kill();
    }
  });
});

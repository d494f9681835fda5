import type { Browser, Page } from "puppeteer-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type BrowserName, hasBrowser, launch } from "../e2e/browsers.js";
import { ISOLATION, mappedPage, type Site, serve } from "../e2e/site.js";
import { bundle, bundleUrl } from "./bundle.js";
import type { RunSpec } from "./runSpec.js";
import { browserSpecs, runsOthers } from "./specs.js";

/** In the page. */
declare const runSpec: RunSpec;

const LIMIT = 120_000;
const specs = browserSpecs();
let site: Site;

beforeAll(async () => {
  await bundle(specs);
  const page = mappedPage(`import "${bundleUrl("runSpec")}";`);
  site = await serve({ headers: ISOLATION, files: { "/": page } });
}, LIMIT);

afterAll(() => site?.stop());

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
        await page.goto(site.url);
      }
      reusable = false;
      const { passed, failures } = await page!.evaluate((url, limit) => runSpec(url, limit), bundleUrl(spec), LIMIT);
      expect(failures).toEqual([]);
      expect(passed).toBeGreaterThan(0);
      reusable = !apart;
    },
    LIMIT,
  );
});

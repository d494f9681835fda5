import type { Browser, Page } from "puppeteer-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type BrowserName, hasBrowser, launch } from "../e2e/browsers.js";
import { ISOLATION, mappedPage, type Site, serve } from "../e2e/site.js";
import { bundle } from "./bundle.js";
import type { RunSpec } from "./runSpec.js";
import { browserSpecs, runsOthers } from "./specs.js";

/** In the page. */
declare const runSpec: RunSpec;

const LIMIT = 120_000;

/** One test for each spec file that runs in browsers. */
export function describeSpecs(name: BrowserName): void {
  describe.skipIf(!hasBrowser(name))(`in ${name}`, () => {
    const specs = browserSpecs();
    // The browsers' tests run side by side: each has a folder of its own.
    const folder = `build/specs/${name}`;
    let site: Site;
    let browser: Browser;
    let page: Page | undefined;
    let reusable = false;

    beforeAll(async () => {
      await bundle(specs, folder);
      const runner = mappedPage(`import "/${folder}/runSpec.js";`);
      site = await serve({ headers: ISOLATION, files: { "/": runner } });
      browser = await launch(name);
    }, LIMIT);
    afterAll(async () => {
      await browser?.close();
      await site?.stop();
    });

    it.each(specs)(
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
        const url = `/${folder}/${spec.replace(/\.ts$/, ".js")}`;
        const { passed, failures } = await page!.evaluate((from, limit) => runSpec(from, limit), url, LIMIT);
        expect(failures).toEqual([]);
        expect(passed).toBeGreaterThan(0);
        reusable = !apart;
      },
      LIMIT,
    );
  });
}

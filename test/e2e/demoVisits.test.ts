import type { Browser, BrowserContext } from "puppeteer-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type BrowserName, hasBrowser, launch } from "./browsers.js";
import { DemoPage, startDemo } from "./demoPage.js";

const QUICK = { images: "6000", "batch-size": "64", epochs: "1" };

describe.each<BrowserName>(["chromium", "firefox"])("visits of the demo page in %s", (name) => {
  const here = hasBrowser(name);
  let server: Awaited<ReturnType<typeof startDemo>>;
  let browser: Browser;
  let visitor: BrowserContext;
  let demo: DemoPage;

  beforeAll(async () => {
    if (!here) return;
    server = await startDemo();
    browser = await launch(name);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
  });
  beforeEach(async () => {
    if (!here) return;
    visitor = await browser.createBrowserContext();
    demo = await open();
  });
  afterEach(() => visitor?.close());

  async function open(): Promise<DemoPage> {
    const opened = await DemoPage.open(visitor, server.url);
    await opened.set("#preset", "No convolution");
    return opened;
  }

  async function trainOnce(seed: string): Promise<string> {
    await demo.train({ ...QUICK, seed });
    await demo.trained();
    return demo.weights();
  }

  /** What the page shows of its runs and of the digit on the pad. */
  function shown({ page }: DemoPage) {
    return page.evaluate(() => ({
      run: document.querySelector("#this-run")!.textContent,
      others: Array.from(document.querySelectorAll("#compare option"), (option) => option.textContent),
      compared: document.querySelector<HTMLSelectElement>("#compare")!.value,
      curves: Array.from(document.querySelectorAll<HTMLCanvasElement>(".plot canvas"), (canvas) => canvas.toDataURL()),
      filters: Array.from(document.querySelectorAll<HTMLCanvasElement>("#filters canvas"), (canvas) =>
        canvas.toDataURL(),
      ),
      bars: Array.from(document.querySelectorAll(".bar-value"), (value) => value.textContent),
      layers: document.querySelectorAll("#layers .layer").length,
      settings: Array.from(document.querySelectorAll<HTMLInputElement>(".settings :is(input, select)"), (f) => f.value),
      accuracy: document.querySelector("#figure-accuracy")!.textContent,
    }));
  }

  describe.skipIf(!here)("a network that is trained", () => {
    it("is there after a reload, with all curves, settings and layers", async () => {
      await trainOnce("3");
      await trainOnce("4");
      await demo.page.$eval("#panel-layers", (panel) => panel.scrollIntoView());
      await demo.page.waitForSelector("#filters canvas");
      await expect
        .poll(() => demo.page.$$eval(".bar-value", (values) => values.map((v) => v.textContent).join()))
        .toMatch(/\d/);
      await new Promise((resolve) => setTimeout(resolve, 1000));
      const before = await shown(demo);
      expect(before.others).toHaveLength(2);
      await demo.reload();
      await demo.page.$eval("#panel-layers", (panel) => panel.scrollIntoView());
      await expect.poll(() => shown(demo), { timeout: 10_000 }).toEqual(before);
      expect(demo.noise).toEqual([]);
    });

    it("answers before any digit has been fetched", async () => {
      const weights = await trainOnce("3");
      await demo.page.setRequestInterception(true);
      // Requests for MNIST stay without an answer.
      demo.page.on("request", (request) => {
        if (!request.url().includes("/mnist/")) void request.continue();
      });
      await demo.page.reload();
      expect(await demo.weights()).toBe(weights);
      await demo.draw([
        [0.5, 0.2],
        [0.5, 0.8],
      ]);
      await demo.page.waitForFunction(() => document.querySelector("#answer")!.textContent === "1");
      expect(await demo.text("#status")).toMatch(/^Fetching the digits/);
    });

    it("is not replaced by Train and Stop unless the page is told so", async () => {
      const first = await trainOnce("3");
      await demo.press("#train");
      await demo.page.waitForSelector("#replace[open]");
      expect(await demo.text("#replace-text")).toMatch(
        /^The new network takes the place of the trained one \(run 1, \d/,
      );
      await demo.press("#replace-keep");
      await demo.page.waitForSelector("#replace:not([open])");
      expect(await demo.weights()).toBe(first);

      // Escape and leaving the page are no consent either.
      await demo.press("#train");
      await demo.page.waitForSelector("#replace[open]");
      await demo.page.keyboard.press("Escape");
      await demo.page.waitForSelector("#replace:not([open])");
      await demo.press("#train");
      await demo.page.waitForSelector("#replace[open]");
      await demo.reload();
      expect(await demo.weights()).toBe(first);

      await demo.train({ ...QUICK, epochs: "5", seed: "4" });
      await demo.progressAbove(0.02);
      await demo.press("#stop");
      await demo.trained();
      const second = await demo.weights();
      expect(second).not.toBe(first);
      await demo.reload();
      expect(await demo.weights()).toBe(second);
      expect(await demo.page.$$("#compare option")).toHaveLength(2);
    });

    it("is not replaced by another tab", async () => {
      const other = await open();
      await demo.page.bringToFront();
      const first = await trainOnce("3");
      // The other tab has been there since before the training and has none of its own.
      await other.page.bringToFront();
      await other.press("#train");
      await other.page.waitForSelector("#replace[open]");
      expect(await other.text("#replace-text")).toMatch(/the one that this browser keeps of another visit/);
      await other.press("#replace-keep");

      await other.reload();
      expect(await other.weights()).toBe(first);
      await demo.page.bringToFront();
      await demo.press("#train-more");
      await demo.page.waitForSelector("#stop:not([hidden])");
      await demo.trained();
      const more = await demo.weights();
      // It goes on from the first network, which is no longer the one that is kept.
      await other.page.bringToFront();
      await other.set("#epochs", "3");
      await other.press("#train-more");
      await other.page.waitForSelector("#problem:not([hidden])");
      expect(await other.text("#problem")).toMatch(/^Another tab of this page has kept a network since/);
      await other.trained();
      await other.reload();
      expect(await other.weights()).toBe(more);
    });
  });

  it.skipIf(!here)("says so where what is kept can't be read, and asks before it is replaced", async () => {
    await trainOnce("3");
    await demo.page.evaluate(
      () =>
        new Promise((resolve) => {
          const opening = indexedDB.open("wasm-cnn demo");
          opening.onsuccess = () => {
            const transaction = opening.result.transaction("visits", "readwrite");
            transaction.objectStore("visits").put({ version: "1", model: new Uint8Array(9), runs: [] }, "visit");
            transaction.oncomplete = resolve;
          };
        }),
    );
    await demo.page.reload();
    await demo.page.waitForSelector("#problem:not([hidden])");
    expect(await demo.text("#problem")).toMatch(/^What this browser keeps of an earlier visit can't be read: /);
    await demo.press("#train");
    await demo.page.waitForSelector("#replace[open]");
  });
});

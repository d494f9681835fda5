import type { Browser } from "puppeteer-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type BrowserName, hasBrowser, launch } from "./browsers.js";
import { DemoPage, startDemo } from "./demoPage.js";

const sleep = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** A seven in one stroke. */
const SEVEN = [
  [0.3, 0.22],
  [0.7, 0.22],
  [0.46, 0.82],
] as const;

const QUICK = { images: "6000", "batch-size": "64", epochs: "1" };

describe.each<BrowserName>(["chromium", "firefox"])("the demo page in %s", (name) => {
  const here = hasBrowser(name);
  let server: Awaited<ReturnType<typeof startDemo>>;
  let browser: Browser;
  let demo: DemoPage;

  beforeAll(async () => {
    if (!here) return;
    server = await startDemo();
    browser = await launch(name);
    demo = await DemoPage.open(browser, server.url);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
  });

  describe.skipIf(!here)("one visit", () => {
    it("is isolated, so that worker threads may share memory", async () => {
      expect(await demo.page.evaluate(() => crossOriginIsolated)).toBe(true);
    });

    it("trains one epoch to an accuracy above 90 %", async () => {
      await demo.train({ ...QUICK, images: "20000" });
      await demo.trained();
      expect(Number.parseFloat(await demo.text("#figure-accuracy"))).toBeGreaterThan(90);
      expect(await demo.page.$eval("#accuracy-plot", (plot) => plot.getAttribute("aria-label"))).toMatch(
        /^Curve of the accuracy\. Training: 9\d\.\d %, test: 9\d\.\d %$/,
      );
    });

    it("has trained on all cores", async () => {
      const cores = await demo.page.evaluate(() => navigator.hardwareConcurrency);
      expect(await demo.text("#figure-threads")).toBe(String(Math.min(cores, 8)));
    });

    it("shows the graph of the network, and fetches what draws it only then", async () => {
      const isPlot = (url: string) => /\/plot-[^/]*\.js$/.test(url);
      expect(demo.requests.filter(isPlot)).toEqual([]);
      await demo.press("#graph summary");
      await demo.page.waitForSelector("#graph-picture svg");
      expect(demo.requests.filter(isPlot)).toHaveLength(1);
      const names = await demo.page.$$eval("#graph-picture .layer", (all) =>
        all.map((each) => each.getAttribute("data-layer")),
      );
      expect(names.slice(0, 2)).toEqual(["rescaling", "conv2d"]);
      await demo.press("#graph summary");
    });

    it("shows a first image, and what the network makes of it", async () => {
      await demo.page.waitForFunction(() => /^\d$/.test(document.querySelector("#answer")!.textContent!));
    });

    it("reads a digit that is drawn", async () => {
      await demo.draw(SEVEN);
      await demo.page.waitForFunction(() => document.querySelector("#answer")!.textContent === "7");
      expect(Number.parseFloat(await demo.text("#confidence"))).toBeGreaterThan(50);
    });

    it("clears the drawing with a key", async () => {
      await demo.page.focus("#pad");
      await demo.page.keyboard.press("Escape");
      await demo.page.waitForFunction(() => document.querySelector("#answer")!.textContent === "–");
    });

    it("shows what each layer makes of a test image", async () => {
      await demo.press("#sample");
      await demo.page.$eval("#panel-layers", (panel) => panel.scrollIntoView());
      await demo.page.waitForSelector("#maps .maps");
      expect(await demo.page.$$eval("#maps h3", (titles) => titles.map((title) => title.textContent))).toEqual([
        ...["conv2d", "max_pooling2d", "conv2d_1", "max_pooling2d_1", "conv2d_2", "dense", "dense_1"],
      ]);
      const filters = await demo.page.$$eval("#filters canvas", (canvases) => canvases.length);
      expect(filters).toBe(32);
      // Something is to be seen in them: not all pixels are alike.
      const colors = await demo.page.$eval("#maps canvas", (canvas) => {
        const { data } = (canvas as HTMLCanvasElement).getContext("2d")!.getImageData(0, 0, 26, 26);
        return new Set(data).size;
      });
      expect(colors).toBeGreaterThan(10);
    });

    it("counts every test image in the confusion matrix, and lists the ones it gets wrong", async () => {
      await demo.press("#tab-confusion");
      const counts = await demo.page.$$eval("#confusion button", (cells) => cells.map((c) => Number(c.textContent)));
      expect(counts.reduce((sum, value) => sum + value)).toBe(10_000);
      const wrong = counts.reduce((sum, value, i) => sum + (i % 11 === 0 ? 0 : value), 0);
      expect(await demo.text("#status")).toBe(`${wrong.toLocaleString("en-US")} mistakes on 10,000 test images`);

      const most = Math.max(...counts.filter((_, i) => i % 11 !== 0));
      expect(await demo.text("#confused li")).toMatch(new RegExp(`^\\d read as \\d ${most} images$`));
      await demo.press("#confusion button:not(:disabled)");
      await demo.page.waitForSelector("#mistakes canvas");
      expect(await demo.text("#mistakes-note")).toMatch(/^\d+ images of \d read as \d\.$/);
      const [, label, answer] = /^(\d) → (\d)/.exec(await demo.text("#mistakes .mistake-answer"))!;
      expect(label).not.toBe(answer);
      await demo.press("#mistakes button");
      await demo.page.waitForFunction((digit) => document.querySelector("#answer")!.textContent === digit, {}, answer!);
    });

    it("pauses, resumes and stops", async () => {
      await demo.train({ ...QUICK, epochs: "3" });
      await demo.progressAbove(0.02);
      await demo.press("#train");
      expect(await demo.text("#status")).toBe("Paused in epoch 1 of 3");
      await sleep(200);
      const paused = await demo.progress();
      await sleep(500);
      expect(await demo.progress()).toBe(paused);
      expect(await demo.text("#train")).toBe("Resume");

      await demo.press("#train");
      await demo.progressAbove(paused);
      await demo.press("#stop");
      await demo.trained();
      expect(await demo.text("#train")).toBe("Train a new one");
      expect(await demo.page.$eval("#stop", (button) => (button as HTMLElement).hidden)).toBe(true);
      expect(await demo.text("#mistakes-note")).toMatch(/after 0\.\d+ epochs/);
    });

    it("compares the run with the one before", async () => {
      const options = await demo.page.$$eval("#compare option", (list) => list.map((option) => option.textContent));
      expect(options).toEqual([
        "no other run",
        expect.stringMatching(/^Run 1, 9\d\.\d\d %: 93,322 parameters, .*, seed 1$/),
      ]);
      expect(await demo.page.$eval("#compare", (select) => (select as HTMLSelectElement).value)).toBe("1");
    });

    it("continues a run that was stopped to the end of its epochs", async () => {
      await demo.train(QUICK);
      await demo.progressAbove(0.02);
      await demo.press("#stop");
      await demo.trained();
      await demo.press("#train-more");
      await demo.trained();
      await demo.page.waitForFunction(() => document.querySelector("#train-more:not([hidden])"));
      expect(await demo.text("#mistakes-note")).toMatch(/after 1 epoch\b/);
    });

    it("shows a summary of an edited network, says what is wrong with it, and trains it", async () => {
      await demo.set("#layers input", "0");
      await demo.page.waitForFunction(() => document.querySelector("#network-problem")!.textContent !== "");
      expect(await demo.text("#network-problem")).toBe(
        "Filters of Convolution, layer 1 must be a whole number from 1 to 512, not 0.",
      );
      expect(await demo.page.$eval("#train", (button) => (button as HTMLButtonElement).disabled)).toBe(true);

      await demo.set("#preset", "No convolution");
      expect(await demo.text("#network-problem")).toBe("");
      expect(await demo.text("#summary")).toContain("50,890 parameters");
      await demo.press('#layers li:nth-child(2) [data-action="remove"]');
      expect(await demo.text("#summary")).toContain("7,850 parameters");
      await demo.train(QUICK);
      await demo.trained();
      expect(await demo.text("#this-run")).toMatch(/7,850 parameters/);
      expect(Number.parseFloat(await demo.text("#figure-accuracy"))).toBeGreaterThan(80);
    });

    it("asked nobody else, and said nothing", () => {
      expect(demo.requests.filter((url) => !url.startsWith(server.url) && !url.startsWith("data:"))).toEqual([]);
      expect(demo.noise).toEqual([]);
    });
  });

  it.skipIf(!here)("fits a phone", async () => {
    const phone = await DemoPage.open(browser, server.url, 360, 740);
    expect(await phone.page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
    await phone.page.close();
  });
});

import type { Browser } from "puppeteer-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hasBrowser, launch } from "./browsers.js";
import { DemoPage, startDemo } from "./demoPage.js";

const QUICK = { images: "6000", "batch-size": "64", epochs: "1" };

describe.skipIf(!hasBrowser("chromium"))("what the demo page says, and the room for it", () => {
  let server: Awaited<ReturnType<typeof startDemo>>;
  let browser: Browser;
  let demo: DemoPage;
  /** Whatever the number of threads has been. */
  let threads: string[];

  beforeAll(async () => {
    server = await startDemo();
    browser = await launch("chromium");
    demo = await DemoPage.open(browser, server.url);
    await demo.page.evaluate(() => {
      const figure = document.querySelector("#figure-threads")!;
      const seen = [figure.textContent];
      new MutationObserver(() => seen.push(figure.textContent)).observe(figure, { childList: true, subtree: true });
      Object.assign(window, { seen });
    });
    await demo.set("#preset", "No convolution");
    for (const seed of ["1", "2"]) {
      await demo.train({ ...QUICK, seed });
      await demo.trained();
    }
    threads = (await demo.page.evaluate("seen")) as string[];
  });
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
  });

  async function problemAfter(selector: string, value: string): Promise<string> {
    await demo.set(selector, value);
    await demo.page.waitForFunction(() => document.querySelector("#network-problem")!.textContent !== "");
    return demo.text("#network-problem");
  }

  it("counts the threads that there will be from the start", async () => {
    const cores = await demo.page.evaluate(() => navigator.hardwareConcurrency);
    expect(new Set(threads)).toEqual(new Set([String(Math.min(cores, 8))]));
  });

  it("says what the buttons do", async () => {
    const labels = await Promise.all(["#train", "#train-more", "#sample", "#open"].map((id) => demo.text(id)));
    expect(labels).toEqual(["Train a new one", "Train further", "Show a test image", "Open a model"]);
  });

  it.each(["Three convolutions", "Small and fast", "No convolution"])(
    "adds to the preset %s only layers that fit, where they fit",
    async (preset) => {
      for (const kind of ["conv2d", "maxPooling2d", "flatten", "dense"]) {
        await demo.set("#preset", preset);
        const before = await demo.page.$$eval("#layers .layer", (rows) => rows.length);
        await demo.set("#new-layer", kind);
        const offered = await demo.page.$eval(
          `#new-layer [value=${kind}]`,
          (option) => !(option as HTMLOptionElement).disabled,
        );
        expect(offered, kind).toBe(kind !== "flatten");
        if (!offered) continue;
        await demo.press("#add-layer");
        expect(await demo.page.$$eval("#layers .layer", (rows) => rows.length), kind).toBe(before + 1);
        expect(await demo.text("#network-problem"), kind).toBe("");
        expect(await demo.page.$eval("#preset", (select) => (select as HTMLSelectElement).value)).toBe("your own");
      }
    },
  );

  it("builds a network from nothing", async () => {
    await demo.set("#preset", "No convolution");
    for (let i = 0; i < 3; i++) await demo.press('#layers [data-action="remove"]');
    expect(await demo.text("#network-problem")).toMatch(
      /^The last layer has to give 10 numbers, .* gives 28 × 28 × 1\.$/,
    );
    expect(await demo.page.$("#new-layer [value=dense]:disabled")).not.toBe(null);
    await demo.set("#new-layer", "flatten");
    await demo.press("#add-layer");
    await demo.set("#new-layer", "dense");
    await demo.press("#add-layer");
    expect(await demo.text("#network-problem")).toBe("");
    expect(await demo.page.$$eval("#summary tbody tr", (rows) => rows.map((row) => row.textContent))).toEqual([
      "rescaling Rescaling28 × 28 × 10",
      "flatten Flatten7840",
      "dense Dense107,850",
    ]);
  });

  it("says in words of its own what is wrong with a network", async () => {
    const last = "#layers li:last-child";
    await demo.set("#preset", "No convolution");
    expect(await problemAfter(`${last} input`, "12")).toBe(
      "The last layer has to give 10 numbers, one for each digit; this one gives 12.",
    );
    expect(await demo.text("#status")).toBe("The network needs a change before it can be trained");
    expect(await demo.page.$("#train:disabled")).not.toBe(null);
    await demo.set("#preset", "No convolution");
    expect(await problemAfter(`${last} select`, "relu")).toBe(
      "The last layer needs the activation softmax, which makes its numbers probabilities.",
    );
    await demo.set("#preset", "No convolution");
    expect(await problemAfter("#layers input", "1000000000")).toBe(
      "Units of Dense, layer 2 must be a whole number from 1 to 4,096, not 1000000000.",
    );
    await demo.set("#preset", "Three convolutions");
    await demo.set("#layers li:nth-child(2) input", "1");
    expect(await problemAfter("#layers li:nth-child(7) input", "4096")).toMatch(
      /^The network would have [\d,]+ parameters; this page takes 20,000,000 at most\.$/,
    );
    await demo.set("#preset", "No convolution");
    expect(await demo.text("#network-problem")).toBe("");
  });

  it.each([
    ["epochs", "0", "Epochs must be a whole number from 1 to 100, not 0."],
    ["epochs", "1.5", "Epochs must be a whole number from 1 to 100, not 1.5."],
    ["epochs", "", "Epochs must be a whole number from 1 to 100."],
    ["seed", "-1", "Seed must be a whole number from 0 to 4,294,967,295, not -1."],
  ])("does not train with %s %j", async (id, value, problem) => {
    await demo.set(`#${id}`, value);
    const before = await demo.text("#this-run");
    for (const button of ["#train", "#train-more"]) {
      await demo.press(button);
      expect(await demo.text("#settings-problem")).toBe(problem);
      expect(await demo.page.evaluate(() => document.activeElement!.id)).toBe(id);
    }
    expect(await demo.page.$("#replace[open], #stop:not([hidden])")).toBe(null);
    expect(await demo.text("#this-run")).toBe(before);
    await demo.set(`#${id}`, "1");
    expect(await demo.page.$("#settings-problem:not([hidden])")).toBe(null);
  });

  describe.each([1280, 1000, 360])("at a width of %i", (width) => {
    beforeAll(() => demo.page.setViewport({ width, height: 800 }));

    it("has room for the longest figures", async () => {
      const gaps = await demo.page.evaluate(() => {
        const texts = { "figure-accuracy": "100.00 %", "figure-rate": "123,456", "figure-left": "59 min 59 s" };
        const box = (node: Node) => {
          const range = document.createRange();
          range.selectNodeContents(node);
          return range.getBoundingClientRect();
        };
        return Object.entries(texts).map(([id, text]) => {
          const figure = document.querySelector(`#${id}`)!;
          figure.textContent = text;
          const end = figure.closest(".card")!.getBoundingClientRect().right;
          const others = Array.from(document.querySelectorAll(".figures dd"), (other) => other.getBoundingClientRect());
          const { right, top, bottom } = box(figure);
          const beside = others.filter(
            (other) => other.top < bottom && other.bottom > top && other.left > box(figure).left,
          );
          return Math.min(end, ...beside.map(({ left }) => left)) - right;
        });
      });
      expect(Math.min(...gaps)).toBeGreaterThan(10);
    });

    it("shows 100.0 % in one line", async () => {
      const heights = await demo.page.evaluate(() => {
        const row = document.querySelector(".bar-row:not(.best)")!;
        const before = row.getBoundingClientRect().height;
        row.classList.add("best");
        row.querySelector(".bar-value")!.textContent = "100.0 %";
        return [before, row.getBoundingClientRect().height, row.querySelector(".bar-value")!.scrollWidth - 64];
      });
      expect(heights[1]).toBe(heights[0]);
      expect(heights[2]).toBeLessThanOrEqual(0);
    });

    it("shows how accurate the other run was, however narrow the list", async () => {
      const [needed, room] = await demo.page.$eval("#compare", (element) => {
        const select = element as HTMLSelectElement;
        const style = getComputedStyle(select);
        const ruler = document.createElement("canvas").getContext("2d")!;
        ruler.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
        const text = select.selectedOptions[0]!.textContent!;
        // The arrow takes some of it.
        return [ruler.measureText(text.slice(0, text.indexOf("%") + 1)).width, select.clientWidth - 16 - 20];
      });
      expect(needed).toBeGreaterThan(50);
      expect(needed).toBeLessThan(room!);
    });

    it("has no empty bands in the card to draw in", async () => {
      const gaps = await demo.page.$eval(".draw", (card) => {
        const parts = [".pad-frame", ".bar-row", ".pad-actions button"].flatMap((selector) => [
          ...card.querySelectorAll(selector),
        ]);
        const boxes = parts.map((part) => part.getBoundingClientRect());
        const edges = [card.querySelector("h2")!.getBoundingClientRect().bottom, ...boxes.map(({ bottom }) => bottom)];
        const tops = [...boxes.map(({ top }) => top), card.getBoundingClientRect().bottom];
        // From each edge to what comes next below it.
        return edges.map((edge) => Math.min(...tops.filter((top) => top >= edge - 1)) - edge);
      });
      // On a phone the answer stands between the pad and the bars.
      expect(Math.max(...gaps)).toBeLessThan(width === 360 ? 100 : 30);
    });
  });
});

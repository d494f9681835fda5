import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, ElementHandle } from "puppeteer-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Layer, layers, Sequential } from "wasm-cnn";
import { type BrowserName, hasBrowser, launch } from "./browsers.js";
import { DemoPage, startDemo } from "./demoPage.js";

const SETTINGS = { images: "6000", "batch-size": "32", epochs: "2", seed: "7" };

describe.each<BrowserName>(["chromium", "firefox"])("files of the demo page in %s", (name) => {
  const here = hasBrowser(name);
  let server: Awaited<ReturnType<typeof startDemo>>;
  let browser: Browser;
  let demo: DemoPage;
  let folder: string;
  /** Of two epochs that nothing has interrupted. */
  let uninterrupted: string;
  /** Of the training that was stopped. */
  let stopped: string;
  let downloaded: Uint8Array;

  beforeAll(async () => {
    if (!here) return;
    folder = await mkdtemp(join(tmpdir(), "wasm-cnn-"));
    server = await startDemo();
    browser = await launch(name);
    demo = await DemoPage.open(browser, server.url);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
    if (folder) await rm(folder, { recursive: true });
  });

  async function stopMidEpoch(): Promise<void> {
    await demo.train(SETTINGS);
    await demo.progressAbove(0.1);
    await demo.press("#stop");
    await demo.trained();
  }

  async function upload(file: string, bytes: Uint8Array): Promise<void> {
    const path = join(folder, file);
    await writeFile(path, bytes);
    const input = (await demo.page.$("#file")) as ElementHandle<HTMLInputElement>;
    await input.uploadFile(path);
  }

  /** Uploads a file that is refused. @returns what the page says */
  async function refused(file: string, bytes: Uint8Array): Promise<string> {
    const before = await demo.text("#problem");
    await upload(file, bytes);
    await demo.page.waitForFunction((old) => document.querySelector("#problem")!.textContent !== old, {}, before);
    return demo.text("#problem");
  }

  describe.skipIf(!here)("one visit after another", () => {
    it("offers no earlier training at the first visit", async () => {
      expect(await demo.page.$("#train-more:not([hidden])")).toBe(null);
      await demo.set("#preset", "Small and fast");
      await demo.train(SETTINGS);
      await demo.trained();
      uninterrupted = await demo.weights();
    });

    it("goes on within an epoch after a reload, and ends with the weights of an uninterrupted run", async () => {
      await stopMidEpoch();
      stopped = await demo.weights();
      expect(stopped).not.toBe(uninterrupted);
      await demo.reload();
      await demo.page.waitForSelector("#train-more:not([hidden])");
      await demo.press("#train-more");
      await demo.page.waitForFunction(() => document.querySelector("#status")!.textContent!.startsWith("Training"));
      expect(await demo.page.$$eval("#layers .layer", (rows) => rows.length)).toBe(6);
      await demo.trained();
      expect(await demo.weights()).toBe(uninterrupted);
      expect(await demo.text("#this-run")).toMatch(/batch 32, rate 0.001, seed 7/);
    });

    it("keeps a training that was paused, also when the page is left", async () => {
      await demo.train(SETTINGS);
      await demo.progressAbove(0.6);
      await demo.press("#train");
      await new Promise((resolve) => setTimeout(resolve, 2000));
      await demo.reload();
      await demo.page.waitForSelector("#train-more:not([hidden])");
      await demo.press("#train-more");
      await demo.page.waitForFunction(() => document.querySelector("#status")!.textContent!.startsWith("Training"));
      expect(await demo.progress()).toBeGreaterThan(0.5);
      await demo.trained();
      expect(await demo.weights()).toBe(uninterrupted);
    });

    it("downloads a model, and goes on from the file", async () => {
      await stopMidEpoch();
      stopped = await demo.weights();
      const base64 = await demo.page.evaluate(async () => {
        const original = URL.createObjectURL;
        const made = new Promise<Blob>((resolve) => {
          URL.createObjectURL = (blob) => {
            resolve(blob as Blob);
            return original(blob);
          };
        });
        document.querySelector<HTMLElement>("#download")!.click();
        const bytes = new Uint8Array(await (await made).arrayBuffer());
        URL.createObjectURL = original;
        return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
      });
      downloaded = Buffer.from(base64, "base64");
      await demo.reload();
      await upload("digits.keras", downloaded);
      await demo.page.waitForSelector("#replace[open]");
      await demo.press("#replace-go");
      await demo.page.waitForFunction(() => document.querySelector("#this-run")!.textContent!.startsWith("Run 5"));
      await demo.trained();
      expect(await demo.weights()).toBe(stopped);
      await demo.set("#epochs", "2");
      await demo.press("#train-more");
      await demo.page.waitForFunction(() => document.querySelector("#status")!.textContent!.startsWith("Training"));
      await demo.trained();
      expect(await demo.weights()).toBe(uninterrupted);
    });

    it("says what is wrong with a file, and changes nothing", async () => {
      const bytesOf = (...network: Layer[]) => new Sequential(network).toBytes();
      const others = await bytesOf(layers.dense({ units: 3, inputShape: [5] }));
      const answers = await bytesOf(layers.flatten({ inputShape: [28, 28, 1] }), layers.dense({ units: 3 }));
      expect(await refused("notes.keras", new TextEncoder().encode("no model"))).toMatch(
        /^modelFromBytes: expected a model in one of the formats/,
      );
      expect(await refused("digits.keras", downloaded.subarray(0, 5000))).toMatch(/expected .*, got/);
      expect(await refused("other.keras", others)).toBe(
        "This network is not for these digits: it takes 5 numbers, and an image here has 28 × 28 × 1.",
      );
      expect(await refused("answers.keras", answers)).toBe(
        "This network is not for these digits: it answers with 3 numbers, and there are 10 digits.",
      );
      expect(await demo.weights()).toBe(uninterrupted);
      expect(demo.noise).toEqual([]);
    });

    it("opens a model without settings of training, and trains it", async () => {
      const plain = new Sequential([
        layers.rescaling({ scale: 1 / 255, inputShape: [28, 28, 1] }),
        layers.flatten(),
        layers.dense({ units: 10, activation: "softmax" }),
      ]);
      await upload("plain.keras", await plain.toBytes());
      await demo.page.waitForSelector("#replace[open]");
      await demo.press("#replace-go");
      await demo.page.waitForFunction(() => document.querySelector("#this-run")!.textContent!.includes(": 7,850 par"));
      await demo.trained();
      await demo.press("#train-more");
      await demo.page.waitForSelector("#stop:not([hidden])");
      await demo.trained();
      expect(Number.parseFloat(await demo.text("#figure-accuracy"))).toBeGreaterThan(80);
      expect(await demo.text("#problem")).toBe("");
    });
  });
});

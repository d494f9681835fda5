import type { Browser } from "puppeteer-core";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import type * as Library from "wasm-cnn";
import { type BrowserName, hasBrowser, launch } from "./browsers.js";
import { ISOLATION, MAPPED_PAGE, serve, visit } from "./site.js";

interface Alive {
  /** Milliseconds that the library has kept the page's thread, each time it took it. */
  readonly slices: readonly number[];
  readonly threads: number;
  /** Batches that were done at the time of the abort, and when `fit` had given up; and the reason it gave. */
  readonly atAbort: number;
  readonly atEnd: number;
  readonly reason: unknown;
}

/** Trains the README's network, then again until a timer aborts it. It is sent to pages as text, so it knows nothing else. */
async function trainAndAbort({ layers, Sequential }: typeof Library, threads: number): Promise<Alive> {
  const slices: number[] = [];
  let resumed = performance.now();
  const Channel = MessageChannel;
  // The library lets the page go on by a message to itself, always through the same channel.
  globalThis.MessageChannel = class extends Channel {
    constructor() {
      super();
      const post = this.port2.postMessage.bind(this.port2);
      this.port2.postMessage = () => {
        slices.push(performance.now() - resumed);
        post(undefined);
      };
      this.port1.addEventListener("message", () => {
        resumed = performance.now();
      });
    }
  };
  const count = 2560;
  const x = {
    data: Float32Array.from({ length: count * 784 }, (_, i) => ((i * i) % 1009) / 1009),
    shape: [count, 28, 28, 1],
  };
  const y = { data: Float32Array.from({ length: count * 10 }, (_, i) => (i % 11 === 0 ? 1 : 0)), shape: [count, 10] };
  const model = new Sequential(
    [
      layers.conv2d({ filters: 32, kernelSize: 3, activation: "relu", inputShape: [28, 28, 1] }),
      layers.maxPooling2d({ poolSize: 2 }),
      layers.conv2d({ filters: 64, kernelSize: 3, activation: "relu" }),
      layers.maxPooling2d({ poolSize: 2 }),
      layers.conv2d({ filters: 64, kernelSize: 3, activation: "relu" }),
      layers.flatten(),
      layers.dense({ units: 64, activation: "relu" }),
      layers.dense({ units: 10, activation: "softmax" }),
    ],
    { seed: 1 },
  );
  model.compile({ optimizer: "rmsprop", loss: "categoricalCrossentropy", threads });
  resumed = performance.now();
  await model.fit(x, y, { batchSize: 64 });
  globalThis.MessageChannel = Channel;

  const abort = new AbortController();
  let batches = 0;
  let atAbort = -1;
  const onBatchEnd = () => {
    batches++;
    if (batches > 1) return;
    setTimeout(() => {
      atAbort = batches;
      abort.abort("enough");
    }, 20);
  };
  const { signal } = abort;
  const fit = model.fit(x, y, { batchSize: 64, epochs: 1000, signal, callbacks: { onBatchEnd } });
  const reason = await fit.then(
    () => undefined,
    (error: unknown) => error,
  );
  const running = model.backendInfo().threads;
  model.dispose();
  return { slices, threads: running, atAbort, atEnd: batches, reason };
}

describe.each<BrowserName>(["chromium", "firefox"])("a page in %s", (name) => {
  const here = hasBrowser(name);
  let browser: Browser;
  beforeAll(async () => {
    if (here) browser = await launch(name);
  });
  afterAll(() => browser?.close());

  async function run(headers: Record<string, string>, threads: number): Promise<Alive> {
    const site = await serve({ headers, files: { "/": MAPPED_PAGE } });
    onTestFinished(() => site.stop());
    const { page, noise } = await visit(browser, site.url);
    onTestFinished(() => page.close());
    const alive = (await page.evaluate(`(${trainAndAbort})(window.lib, ${threads})`)) as Alive;
    expect(noise).toEqual([]);
    return alive;
  }

  it.skipIf(!here)(
    "goes on while its own thread trains: in slices of at most 10 ms, and stops within a step",
    async () => {
      const { slices, threads, atAbort, atEnd, reason } = await run({}, 0);
      expect(threads).toBe(0);
      // 40 steps of about 15 ms.
      expect(slices.length).toBeGreaterThan(40);
      // Not the longest: on a busy machine others have the processor in the middle of most of them.
      expect(slices.toSorted((a, b) => a - b)[Math.floor(slices.length / 10)]).toBeLessThanOrEqual(10);
      expect(reason).toBe("enough");
      expect(atEnd - atAbort).toBeLessThanOrEqual(1);
    },
  );

  it.skipIf(!here)("has its own thread for itself while workers train, and they stop within a step", async () => {
    const { slices, threads, atAbort, atEnd, reason } = await run(ISOLATION, 2);
    expect(threads).toBe(2);
    expect(slices).toEqual([]);
    expect(reason).toBe("enough");
    expect(atEnd - atAbort).toBeLessThanOrEqual(1);
  });

  it.skipIf(!here)(
    "goes on training in a tab that is not in view",
    async () => {
      const site = await serve({ files: { "/": MAPPED_PAGE } });
      onTestFinished(() => site.stop());
      const { page } = await visit(browser, site.url);
      onTestFinished(() => page.close());
      await page.evaluate(`{
        const { layers, Sequential } = window.lib;
        const model = new Sequential([
          layers.conv2d({ filters: 16, kernelSize: 3, inputShape: [28, 28, 1] }),
          layers.flatten(),
          layers.dense({ units: 3, activation: "softmax" }),
        ]);
        model.compile({ optimizer: "rmsprop", loss: "categoricalCrossentropy", threads: 0 });
        window.steps = 0;
        const callbacks = { onBatchEnd: () => { window.steps++; } };
        const [x, y] = [new Float32Array(64 * 784), new Float32Array(64 * 3).fill(1 / 3)];
        void model.fit(x, y, { batchSize: 64, epochs: 1e6, callbacks });
      }`);
      const other = await browser.newPage();
      onTestFinished(() => other.close());
      await other.bringToFront();
      const steps = () =>
        page.evaluate("document.visibilityState === 'hidden' ? window.steps : NaN") as Promise<number>;
      // A step takes a slice or more: with timers, which browsers slow down to one a second, this would take minutes.
      const began = await steps();
      while ((await steps()) < began + 200) await new Promise((resolve) => setTimeout(resolve, 100));
      expect(await steps()).toBeGreaterThanOrEqual(began + 200);
    },
    60_000,
  );
});

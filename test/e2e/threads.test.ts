import type { Browser } from "puppeteer-core";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import * as lib from "wasm-cnn";
import { type BrowserName, hasBrowser, launch } from "./browsers.js";
import { ISOLATION, MAPPED_PAGE, modulePage, type SiteOptions, STRICT, serve, type Visit, visit } from "./site.js";
import { type Trained, train } from "./trainInPage.js";

const STANDALONE = "/dist/wasm-cnn.min.js";

/** What may be in the place of the worker's file. */
const notThere = { type: "text/plain", body: "Not found", status: 404 };
const someHtml = { type: "text/html", body: "<!doctype html><title>An app with one page</title>" };
const silent = { type: "text/javascript", body: "" };
const otherBuild = { type: "text/javascript", body: 'postMessage({ build: "0123456789abcdef" })' };
const WORKER = "/dist/worker.js";

function trainIn({ page }: Visit, threads: number | "auto"): Promise<Trained> {
  return page.evaluate(`(${train})(window.lib, ${JSON.stringify(threads)})`) as Promise<Trained>;
}

describe.each<BrowserName>(["chromium", "firefox"])("in %s", (name) => {
  const here = hasBrowser(name);
  let browser: Browser;
  let expected: string;

  beforeAll(async () => {
    if (!here) return;
    browser = await launch(name);
    expected = (await train(lib, 0)).fingerprint;
  });
  afterAll(() => browser?.close());

  async function site(options: SiteOptions): Promise<string> {
    const served = await serve(options);
    onTestFinished(() => served.stop());
    return served.url;
  }

  /** Opens a page of a site, until the end of the test. */
  async function open({ headers = ISOLATION, files = {} }: SiteOptions = {}): Promise<Visit> {
    const url = await site({ headers, files: { "/": MAPPED_PAGE, ...files } });
    const visited = await visit(browser, url);
    onTestFinished(() => visited.page.close());
    return visited;
  }

  describe.skipIf(!here)("the library", () => {
    it("trains with any number of workers to the bits of Node", async () => {
      const visited = await open();
      for (const threads of [0, 1, 2, 3]) {
        const memory = "shared";
        expect(await trainIn(visited, threads)).toMatchObject({ fingerprint: expected, threads, memory });
      }
      const { backend } = await trainIn(visited, "auto");
      expect(backend).toMatchObject({ simd: true, isolated: true });
      expect(visited.noise).toEqual([]);
    });

    it("trains without isolation on the calling thread to the same bits, and says why", async () => {
      const visited = await open({ headers: {} });
      for (const threads of [2, "auto"] as const) {
        const { backend, ...trained } = await trainIn(visited, threads);
        const reason = expect.stringMatching(/^threads: expected a cross-origin isolated page /);
        expect(trained).toMatchObject({ fingerprint: expected, threads: 0, memory: "unshared" });
        if (threads === 2) expect(trained.reason).toEqual(reason);
        expect(backend).toMatchObject({ simd: true, isolated: false, threads: 0, reason });
      }
      expect(visited.noise).toEqual([]);
    });

    it.each([
      ["is not there", notThere],
      ["is a page", someHtml],
      ["says nothing", silent],
      ["is of another build", otherBuild],
    ])("takes a blob where the worker's file %s", async (_what, file) => {
      const visited = await open({ files: { [WORKER]: file } });
      expect(await trainIn(visited, 2)).toMatchObject({ fingerprint: expected, threads: 2 });
    });

    it("takes what init names first, and goes on where that does not answer", async () => {
      const moved = { "/moved.js": { type: "text/javascript", body: `importScripts("/build/worker.js")` } };
      const visited = await open({ files: { [WORKER]: notThere, ...moved } });
      const { page, noise } = visited;
      await page.evaluate(`window.lib.init({ worker: () => new Worker("/moved.js") })`);
      expect(await trainIn(visited, 2)).toMatchObject({ fingerprint: expected, threads: 2 });
      // The file that is not there has not been asked for.
      expect(noise).toEqual([]);

      const other = await open();
      await other.page.evaluate(`window.lib.init({ worker: "/nowhere.js" })`);
      expect(await trainIn(other, 2)).toMatchObject({ fingerprint: expected, threads: 2 });
    });

    it("takes compiled kernels", async () => {
      for (const [headers, file, threads] of [
        [ISOLATION, "kernels.wasm", 2],
        [{}, "kernels.unshared.wasm", 0],
      ] as const) {
        const visited = await open({ headers });
        await visited.page.evaluate(`WebAssembly.compileStreaming(fetch("/dist/${file}")).then((module) => {
          window.lib.init({ module });
          WebAssembly.Module = new Proxy(WebAssembly.Module, { construct() { throw new Error("no bytes here"); } });
        })`);
        expect(await trainIn(visited, 2)).toMatchObject({ fingerprint: expected, threads });
      }
    });
  });

  describe.skipIf(!here)("the library as one file", () => {
    const script = { type: "text/javascript", body: `window.lib = await import("${STANDALONE}");` };

    it("trains under a strict content security policy, with workers and without", async () => {
      const files = { "/": modulePage("/app.js"), "/app.js": script };
      for (const [isolation, threads, memory] of [
        [ISOLATION, 2, "shared"],
        [{}, 0, "unshared"],
      ] as const) {
        const visited = await open({ headers: { ...STRICT, ...isolation }, files });
        expect(await trainIn(visited, 2)).toMatchObject({ fingerprint: expected, threads, memory });
        expect(visited.noise).toEqual([]);
      }
    });

    it("computes on the calling thread where no worker may be started, and says why", async () => {
      const policy = STRICT["Content-Security-Policy"].replace("worker-src 'self'", "worker-src 'none'");
      const headers = { ...ISOLATION, "Content-Security-Policy": policy };
      const visited = await open({ headers, files: { "/": modulePage("/app.js"), "/app.js": script } });
      const { reason, ...trained } = await trainIn(visited, 2);
      expect(trained).toMatchObject({ fingerprint: expected, threads: 0 });
      expect(reason).toMatch(/^threads: expected worker threads that start, got none; wasm-cnn.min.js: .*; blob: /);
    });

    it("trains on pages of another origin, as from a CDN", async () => {
      const cdn = await site({
        headers: { "Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin" },
      });
      const body = `window.lib = await import("${new URL(STANDALONE, cdn)}");`;
      const visited = await open({
        files: { "/": modulePage("/app.js"), "/app.js": { type: "text/javascript", body } },
      });
      expect(await trainIn(visited, 2)).toMatchObject({ fingerprint: expected, threads: 2 });
      expect(visited.noise).toEqual([]);
    });

    it("works in a worker of the user's, which it does not take for one of its own", async () => {
      const body = `import * as lib from "${STANDALONE}";
        const train = ${train};
        onmessage = async () => postMessage(await train(lib, 2));
        postMessage("ready");`;
      const visited = await open({ files: { "/user.js": { type: "text/javascript", body } } });
      const trained = await visited.page.evaluate(`(async () => {
        // Firefox 153 at times never comes back from new Worker in a worker, with this library or without.
        for (let tries = 0; tries < 3; tries++) {
          const worker = new Worker("/user.js", { type: "module" });
          const answer = await new Promise((resolve, reject) => {
            // Firefox has been seen to lose what is posted before the worker's imports are there.
            worker.onmessage = ({ data }) => (data === "ready" ? worker.postMessage("train") : resolve(data));
            worker.onerror = ({ message }) => reject(new Error(message));
            setTimeout(resolve, 30_000);
          });
          worker.terminate();
          if (answer !== undefined) return answer;
        }
      })()`);
      expect(trained).toMatchObject({ fingerprint: expected, threads: 2 });
    });

    it("brings the relaxed kernels from beside it", async () => {
      const visited = await open({ files: { "/": modulePage("/app.js"), "/app.js": script } });
      const loss = await visited.page.evaluate(`(async () => {
        const { backendInfo, layers, Sequential } = window.lib;
        if (!backendInfo().relaxed) return "none";
        const model = new Sequential([layers.dense({ units: 2, activation: "softmax", inputShape: [2] })], { seed: 1 });
        model.compile({ optimizer: "rmsprop", loss: "categoricalCrossentropy", relaxed: true });
        const { history } = await model.fit([[0, 1], [1, 0]], [[0, 1], [1, 0]]);
        return history.loss[0];
      })()`);
      expect(loss === "none" || (loss as number) > 0).toBe(true);
    });
  });
});

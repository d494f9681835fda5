import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Page } from "puppeteer-core";
import sirv from "sirv";
import { build } from "vite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type BrowserName, hasBrowser, launch } from "./browsers.js";
import type { Actions } from "./storage/main.js";

let folder: string;
let server: Server;
let url: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "wasm-cnn-storage-"));
  const root = fileURLToPath(new URL("storage", import.meta.url));
  await build({ root, base: "./", logLevel: "silent", build: { outDir: folder, emptyOutDir: true, target: "es2022" } });
  const files = sirv(folder);
  server = createServer((request, response) => files(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

describe.each(["chromium", "firefox"] as const)("storage in %s", (name: BrowserName) => {
  it.skipIf(!hasBrowser(name))("keeps models across reloads, and a training goes on to the same weights", async () => {
    const browser = await launch(name);
    try {
      const page = await browser.newPage();
      const open = async () => void (await page.goto(url, { waitUntil: "load" }));
      await open();
      const whole = await act(page, "whole");
      for (const storage of ["indexeddb", "opfs"] as const) {
        await act(page, "begin", storage);
        await open();
        expect(await act(page, "resume", storage)).toEqual({
          names: [`${storage}://a/b c`, `${storage}://other`],
          fingerprint: whole,
          left: [],
          missing: expect.stringMatching(`loadModel: expected a model ${storage}://other, got `),
        });
        const kept = { newest: "checkpoint-000000000012.keras", kept: 2, print: whole };
        expect(await act(page, "checkpoints", storage)).toEqual(kept);
      }
      expect(await act(page, "sources")).toEqual({
        equal: true,
        refused: expect.stringContaining('in a browser use "indexeddb://name" or "opfs://name"'),
      });
    } finally {
      await browser.close();
    }
  });
});

function act<Name extends keyof Actions>(
  page: Page,
  name: Name,
  storage?: string,
): Promise<Awaited<ReturnType<Actions[Name]>>> {
  return page.evaluate(
    (action, argument) =>
      (globalThis as unknown as { actions: Record<string, (s?: string) => never> }).actions[action]!(argument),
    name as string,
    storage,
  );
}

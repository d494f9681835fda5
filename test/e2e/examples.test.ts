import { cp } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "puppeteer-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type BrowserName, hasBrowser, launch } from "./browsers.js";
import { PackedPackage, root, run } from "./packedPackage.js";
import { ISOLATION, serve } from "./site.js";

let packed: PackedPackage;

beforeAll(async () => {
  packed = await PackedPackage.create();
});
afterAll(() => packed?.remove());

/** A copy of the example, with the packed package and all else that it depends on. */
async function installExample(name: string): Promise<string> {
  const folder = join(packed.folder, name);
  await cp(join(root, "examples", name), folder, {
    recursive: true,
    filter: (path) => !/\/(node_modules|dist|package-lock\.json)$/.test(path),
  });
  await packed.install(folder);
  return folder;
}

describe("the example", () => {
  it("node-script trains, tests and reads a digit", async () => {
    const { stdout } = await run("npm", ["start", "--silent", "--", "6000"], {
      cwd: await installExample("node-script"),
    });
    expect(Number(/^test accuracy ([\d.]+) %$/m.exec(stdout)![1])).toBeGreaterThan(92);
    expect(stdout).toMatch(/^read as 7, with [\d.]+ %; it is 7$/m);
  });

  it("fashion-mnist tells clothes apart", async () => {
    const cwd = await installExample("fashion-mnist");
    const { stdout } = await run("npm", ["start", "--silent", "--", "2000"], { cwd });
    expect(Number(/^test accuracy ([\d.]+) %$/m.exec(stdout)![1])).toBeGreaterThan(80);
  });

  it("own-kernel compiles its kernels, proves them and trains with them", async () => {
    const cwd = await installExample("own-kernel");
    const { stdout } = await run("npm", ["test", "--silent"], { cwd });
    expect(stdout).toMatch(/^# pass 2$/m);
    expect(stdout).toMatch(/^# fail 0$/m);
  });

  it("vite learns to tell the shapes apart", async () => {
    const folder = await installExample("vite");
    await run("npm", ["run", "build"], { cwd: folder });
    await inBrowsers(join(folder, "dist"), async (page) => {
      await page.click("#train");
      await page.waitForFunction(() => document.querySelector("#train")!.textContent === "Train on");
      const status = await textOf(page, "#status");
      expect(Number(/^Epoch 12: loss [\d.]+, accuracy ([\d.]+) %$/.exec(status)![1])).toBeGreaterThan(95);
      const answers = await page.$$eval("#answers figcaption", (captions) => captions.map((each) => each.textContent!));
      const kinds = ["circle", "square", "triangle"];
      expect(answers.map((answer) => answer.split(",")[0])).toEqual([...kinds, ...kinds, ...kinds, ...kinds]);
    });
  });

  it("web-worker trains in its worker, and stops when it is told to", async () => {
    const folder = await installExample("web-worker");
    await run("npm", ["run", "build"], { cwd: folder });
    await inBrowsers(join(folder, "dist"), async (page) => {
      // In the page itself: on a busy machine all ten epochs may be over before a click from here arrives.
      await page.evaluate(() => {
        const status = document.querySelector("#status")!;
        const press = (button: string) => document.querySelector<HTMLButtonElement>(button)!.click();
        const observer = new MutationObserver(() => {
          if (!status.textContent!.startsWith("Loss")) return;
          observer.disconnect();
          press("#stop");
        });
        observer.observe(status, { childList: true });
        press("#train");
      });
      await page.waitForFunction(() => document.querySelector("#status")!.textContent!.startsWith("Stopped"));
      await page.click("#train");
      await page.waitForFunction(() => document.querySelector("#status")!.textContent!.startsWith("Done"));
      expect(Number(/[\d.]+/.exec(await textOf(page, "#status"))![0])).toBeGreaterThan(90);
    });
  });

  it("no-bundler trains, and reads what is drawn", async () => {
    await inBrowsers(await installExample("no-bundler"), async (page) => {
      await page.waitForFunction(() => document.querySelector("#status")!.textContent!.startsWith("Trained"));
      expect(Number(/[\d.]+/.exec(await textOf(page, "#status"))![0])).toBeGreaterThan(93);
      const { x, y } = (await (await page.$("#pad"))!.boundingBox())!;
      await page.mouse.move(x + 140, y + 50);
      await page.mouse.down();
      await page.mouse.move(x + 140, y + 230, { steps: 10 });
      await page.mouse.up();
      await page.waitForFunction(() => document.querySelector("output")!.value.startsWith("1, with "));
    });
  });
});

function textOf(page: Page, selector: string): Promise<string> {
  return page.$eval(selector, (element) => element.textContent!);
}

/** Opens the page in every browser that is here, isolated and not. */
async function inBrowsers(folder: string, use: (page: Page) => Promise<void>): Promise<void> {
  for (const name of ["chromium", "firefox"] as BrowserName[]) {
    if (!hasBrowser(name)) continue;
    const browser = await launch(name);
    for (const headers of [ISOLATION, {}]) {
      const server = await serve({ folder, headers });
      const page = await browser.newPage();
      const noise: string[] = [];
      page.on("console", (message) => noise.push(message.text()));
      page.on("pageerror", (error) => noise.push(String(error)));
      page.setDefaultTimeout(120_000);
      await page.goto(server.url);
      await use(page);
      expect(noise).toEqual([]);
      await server.stop();
    }
    await browser.close();
  }
}

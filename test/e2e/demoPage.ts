import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { stripVTControlCharacters } from "node:util";
import type { Browser, BrowserContext, Page } from "puppeteer-core";
import { startCli } from "../cli/runCli.js";

/** The address that a server, such as `wasm-cnn demo`, prints. */
export function demoUrl(child: ChildProcess): Promise<string> {
  let text = "";
  return new Promise((resolve, reject) => {
    // Read to the end: a server that prints more into a closed pipe is ended by that.
    child.stdout!.on("data", (chunk) => {
      text += chunk;
      // Some servers print their address in colours, with CI=1 even into a pipe.
      const url = /http:\S+(?=\s)/.exec(stripVTControlCharacters(text))?.[0];
      if (url) resolve(url);
    });
    child.on("close", () => reject(new Error(`expected an address, got ${JSON.stringify(text)}`)));
  });
}

/** Starts `wasm-cnn demo` and gives its address. */
export async function startDemo(args: readonly string[] = []): Promise<{ url: string; stop(): Promise<void> }> {
  const child = startCli(["demo", ...args]);
  const url = await demoUrl(child);
  return {
    url,
    async stop() {
      const exit = once(child, "exit");
      child.kill("SIGINT");
      await exit;
    },
  };
}

/** The demo page in a browser, as a person works it. */
export class DemoPage {
  /** Addresses that were asked for. */
  readonly requests: string[] = [];
  /** Whatever the page printed or threw. */
  readonly noise: string[] = [];

  private constructor(readonly page: Page) {
    page.on("request", (request) => this.requests.push(request.url()));
    page.on("console", (message) => this.noise.push(message.text()));
    page.on("pageerror", (error) => this.noise.push(String(error)));
  }

  /** As a first visitor; with the context of another page as that one's visitor. */
  static async open(place: Browser | BrowserContext, url: string, width = 1280, height = 800): Promise<DemoPage> {
    const visitor = "createBrowserContext" in place ? await place.createBrowserContext() : place;
    const demo = new DemoPage(await visitor.newPage());
    await demo.page.setViewport({ width, height });
    await demo.page.goto(url);
    await demo.page.waitForFunction(() => document.querySelector("#status")?.textContent === "Ready");
    return demo;
  }

  text(selector: string): Promise<string> {
    return this.page.$eval(selector, (element) => element.textContent?.trim() ?? "");
  }

  /** By the page itself, so that it does not matter whether it is in view. */
  press(selector: string): Promise<void> {
    return this.page.$eval(selector, (element) => (element as HTMLElement).click());
  }

  /** Sets a field as if it was typed or chosen. */
  set(selector: string, value: string): Promise<void> {
    return this.page.$eval(
      selector,
      (element, text) => {
        (element as HTMLInputElement).value = text;
        element.dispatchEvent(new Event("input", { bubbles: true }));
        element.dispatchEvent(new Event("change", { bubbles: true }));
      },
      value,
    );
  }

  async train(settings: Record<string, string>): Promise<void> {
    for (const [id, value] of Object.entries(settings)) await this.set(`#${id}`, value);
    await this.press("#train");
    await this.replace("#stop:not([hidden])");
  }

  /** Waits until the page has begun what it was told to, and says that a trained network may be replaced, if it asks. */
  async replace(begun: string): Promise<void> {
    await this.page.waitForSelector(`#replace[open], ${begun}`);
    if (await this.page.$("#replace[open]")) await this.press("#replace-go");
    await this.page.waitForSelector(begun);
  }

  /** Once the training has ended: the first digits of the fingerprint of the weights. */
  async weights(): Promise<string> {
    await this.page.waitForSelector("#train-more:not([hidden])");
    return /weights (\w{8})$/.exec(await this.text("#this-run"))![1]!;
  }

  /** Loads the page again, and waits until what was kept is there. */
  async reload(): Promise<void> {
    await this.page.reload();
    await this.page.waitForFunction(() =>
      /^Ready|^[\d,]+ mistakes?/.test(document.querySelector("#status")!.textContent!),
    );
  }

  /** Waits until the training has ended and the network has been tested. */
  async trained(): Promise<void> {
    await this.page.waitForFunction(() => /^[\d,]+ mistakes?/.test(document.querySelector("#status")!.textContent!), {
      timeout: 150_000,
    });
  }

  /** Share of the training that is done, 0 to 1. */
  progress(): Promise<number> {
    return this.page.$eval("#progress", (element) => (element as HTMLProgressElement).value);
  }

  async progressAbove(value: number): Promise<void> {
    await this.page.waitForFunction(
      (least) => document.querySelector<HTMLProgressElement>("#progress")!.value > least,
      { timeout: 60_000 },
      value,
    );
  }

  /** Draws lines from point to point; 0 to 1 from the left and from the top of the pad. */
  async draw(points: readonly (readonly [x: number, y: number])[]): Promise<void> {
    const pad = (await this.page.$("#pad"))!;
    await pad.scrollIntoView();
    const { x, y, width, height } = (await pad.boundingBox())!;
    const [first, ...rest] = points.map(([px, py]) => [x + px * width, y + py * height] as const);
    const { mouse } = this.page;
    await mouse.move(...first!);
    await mouse.down();
    for (const point of rest) await mouse.move(...point, { steps: 5 });
    await mouse.up();
  }
}

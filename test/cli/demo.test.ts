import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { writeMnistSample } from "./mnistSample.js";
import { finished, printed, runCli, startCli } from "./runCli.js";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "wasm-cnn-demo-"));
  await writeMnistSample(folder, 16, 8);
  await writeFile(join(folder, "secret.txt"), "secret");
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Starts the command and gives its address. */
async function start(args: readonly string[] = [], env = {}): Promise<{ child: ChildProcess; url: string }> {
  const child = startCli(["demo", "--data", folder, ...args], { env });
  let text = "";
  child.stdout!.on("data", (chunk) => {
    text += chunk;
  });
  await printed(child, "stdout", "Ctrl-C");
  return { child, url: /http:\S+/.exec(text)![0] };
}

/** The status for a path exactly as given: `fetch` would tidy it up. */
function statusOf(url: string, path: string, method = "GET"): Promise<number> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    request({ hostname, port, path, method }, (response) => {
      response.resume();
      resolve(response.statusCode!);
    })
      .on("error", reject)
      .end();
  });
}

/** A port that something listens on. */
async function takenPort(): Promise<{ port: number; close(): void }> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  return { port: (server.address() as AddressInfo).port, close: () => server.close() };
}

describe("wasm-cnn demo", () => {
  let child: ChildProcess;
  let url: string;
  beforeAll(async () => {
    ({ child, url } = await start());
  });
  afterAll(() => {
    child.kill("SIGINT");
  });

  it("serves the page so that it is cross-origin isolated", async () => {
    const response = await fetch(url);
    expect(response.status).toBe(200);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      "content-type": "text/html;charset=utf-8",
      "cross-origin-opener-policy": "same-origin",
      "cross-origin-embedder-policy": "require-corp",
      "cross-origin-resource-policy": "same-origin",
      "x-content-type-options": "nosniff",
    });
    const html = await response.text();
    expect(html).toContain("<title>wasm-cnn");
    const script = /<script[^>]* src="([^"]+)"/.exec(html)![1]!;
    const asset = await fetch(new URL(script, url));
    expect(asset.status).toBe(200);
    expect(asset.headers.get("content-type")).toMatch(/^text\/javascript/);
    expect(asset.headers.get("cross-origin-embedder-policy")).toBe("require-corp");
  });

  it("serves the four files of MNIST, and nothing else of their folder", async () => {
    for (const name of [
      "train-images-idx3-ubyte",
      "train-labels-idx1-ubyte",
      "t10k-images-idx3-ubyte",
      "t10k-labels-idx1-ubyte",
    ]) {
      const response = await fetch(`${url}mnist/${name}`);
      expect(response.status).toBe(200);
      expect(Buffer.from(await response.arrayBuffer())).toEqual(await readFile(join(folder, name)));
    }
    expect(await statusOf(url, "/mnist/secret.txt")).toBe(404);
    expect(await statusOf(url, "/mnist/")).toBe(404);
  });

  it("answers 404 for what it does not have, also outside of its folders", async () => {
    for (const path of [
      "/missing",
      "/mnist/../secret.txt",
      "/../package.json",
      "/..%2f..%2fpackage.json",
      "/%2e%2e/%2e%2e/package.json",
      "/mnist/..%2fsecret.txt",
      "/mnist/../../../../../../etc/passwd",
      "//etc/passwd",
      "/cli/main.js",
      "/%",
    ]) {
      expect([path, await statusOf(url, path)]).toEqual([path, 404]);
    }
  });

  it("answers GET and HEAD alone", async () => {
    expect(await statusOf(url, "/", "HEAD")).toBe(200);
    expect(await statusOf(url, "/", "POST")).toBe(405);
    expect(await statusOf(url, "/", "DELETE")).toBe(405);
  });

  it("serves compressed files of MNIST under their plain names", async () => {
    const compressed = await mkdtemp(join(tmpdir(), "wasm-cnn-demo-gz-"));
    try {
      for (const name of ["train-images-idx3", "train-labels-idx1", "t10k-images-idx3", "t10k-labels-idx1"]) {
        const bytes = await readFile(join(folder, `${name}-ubyte`));
        await writeFile(join(compressed, `${name.replace("-idx", ".idx")}-ubyte.gz`), gzipSync(bytes));
      }
      const { child: other, url: address } = await start(["--data", compressed]);
      const response = await fetch(`${address}mnist/t10k-labels.idx1-ubyte`);
      expect(Buffer.from(await response.arrayBuffer())).toEqual(await readFile(join(folder, "t10k-labels-idx1-ubyte")));
      other.kill("SIGINT");
    } finally {
      await rm(compressed, { recursive: true });
    }
  });

  it("takes a free port if none is given and the usual one is taken", async () => {
    const { child: second, url: address } = await start();
    expect(address).not.toBe(url);
    expect((await fetch(address)).status).toBe(200);
    second.kill("SIGINT");
    expect(await finished(second)).toMatchObject({ code: 0 });
  });

  it("takes the given port, or says that it is taken", async () => {
    const { port, close } = await takenPort();
    expect(await runCli(["demo", "--data", folder, "--port", String(port)])).toEqual({
      code: 1,
      signal: null,
      stdout: "",
      stderr: `wasm-cnn: --port: expected a port that is free, got ${port}\n`,
    });
    close();
    const { child: second, url: address } = await start(["--port", String(port)]);
    expect(address).toBe(`http://localhost:${port}/`);
    second.kill("SIGINT");
  });

  it.each(["SIGINT", "SIGTERM"] as const)("ends cleanly with %s, also while a page is connected", async (signal) => {
    const { child: second, url: address } = await start();
    const { hostname, port } = new URL(address);
    const open = request({
      hostname,
      port,
      path: "/mnist/t10k-images-idx3-ubyte",
      headers: { connection: "keep-alive" },
    });
    open.on("error", () => {});
    open.end();
    const [response] = await once(open, "response");
    response.resume();
    second.kill(signal);
    expect(await finished(second)).toMatchObject({ code: 0, signal: null, stderr: "" });
  });

  it.skipIf(process.platform !== "linux")("opens the default browser with --open", async () => {
    const browser = join(folder, "browser.sh");
    const opened = join(folder, "opened");
    await writeFile(browser, `#!/bin/sh\necho "$1" > "${opened}"\n`);
    await chmod(browser, 0o755);
    const { child: second, url: address } = await start(["--open"], {
      BROWSER: browser,
      DISPLAY: "",
      WAYLAND_DISPLAY: "",
    });
    const read = () => readFile(opened, "utf8").catch(() => "");
    await expect.poll(read, { timeout: 10_000 }).toBe(`${address}\n`);
    second.kill("SIGINT");
  });

  it("refuses a folder without MNIST", async () => {
    const { code, stderr } = await runCli(["demo", "--data", join(folder, "nowhere")]);
    expect(code).toBe(1);
    expect(stderr).toBe(
      `wasm-cnn: --data: expected a folder with the four files of MNIST, got ${join(folder, "nowhere")}\n`,
    );
  });

  it.each(["0", "65536", "-1", "http", ""])("refuses --port %j", async (port) => {
    const { code, stderr } = await runCli(["demo", "--port", port]);
    expect(code).toBe(2);
    expect(stderr).toBe(`wasm-cnn: --port: expected an integer from 1 to 65535, got ${JSON.stringify(port)}\n`);
  });
});

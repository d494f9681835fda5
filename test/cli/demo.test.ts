import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdir, mkdtemp, readdir, readFile, readlink, rm, symlink, writeFile } from "node:fs/promises";
import { createServer, type IncomingHttpHeaders, request } from "node:http";
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

interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

/** The answer for a path and headers exactly as given: `fetch` would tidy them up. */
function ask(url: string, path: string, headers = {}, method = "GET"): Promise<Answer> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    request({ hostname, port, path, method, headers }, async (response) => {
      const body = Buffer.concat(await response.toArray());
      resolve({ status: response.statusCode!, headers: response.headers, body });
    })
      .on("error", reject)
      .end();
  });
}

const statusOf = async (url: string, path: string, method = "GET") => (await ask(url, path, {}, method)).status;

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

  describe("of ranges of a file", () => {
    const path = "/mnist/t10k-labels-idx1-ubyte";
    const size = 8 + 8;
    const range = async (text: string, more = {}) => {
      const { status, headers, body } = await ask(url, path, { range: text, ...more });
      expect(body.length).toBe(Number(headers["content-length"] ?? body.length));
      return { status, range: headers["content-range"], bytes: [...body] };
    };
    const bytes = async () => [...(await readFile(join(folder, "t10k-labels-idx1-ubyte")))];

    it.each([
      ["bytes=0-3", 0, 3],
      ["bytes=4-", 4, size - 1],
      ["bytes=-5", size - 5, size - 1],
      ["bytes=-99999999999999999999999", 0, size - 1],
      ["bytes=0-99999999999999999999", 0, size - 1],
      ["bytes=15-15", 15, 15],
    ])("answers %s", async (text, start, end) => {
      const expected = { status: 206, range: `bytes ${start}-${end}/${size}` };
      expect(await range(text)).toEqual({ ...expected, bytes: (await bytes()).slice(start, end + 1) });
    });

    it.each(["bytes=10-5", "bytes=-", "bytes=x-3", "lines=0-3", "bytes=0-1,3-4", "bytes"])(
      "ignores %s",
      async (text) => {
        expect(await range(text)).toEqual({ status: 200, range: undefined, bytes: await bytes() });
      },
    );

    it.each(["bytes=16-", "bytes=99999999999999999999-", "bytes=-0"])("cannot satisfy %s", async (text) => {
      expect(await range(text)).toMatchObject({ status: 416, range: `bytes */${size}` });
    });

    it("if it is still the one that is known", async () => {
      const { etag } = (await ask(url, path)).headers;
      expect(await range("bytes=0-3", { "if-range": etag })).toMatchObject({ status: 206 });
      expect(await range("bytes=0-3", { "if-range": '"other"' })).toMatchObject({ status: 200 });
      expect(await range("bytes=0-3", { "if-none-match": `"x", W/${etag}` })).toMatchObject({ status: 304, bytes: [] });
    });
  });

  it("answers this machine's own names alone, so that no page of another site can read it", async () => {
    const { port } = new URL(url);
    for (const host of ["localhost", `localhost:${port}`, `127.0.0.1:${port}`, `[::1]:${port}`, "LOCALHOST:1"]) {
      expect([host, (await ask(url, "/", { host })).status]).toEqual([host, 200]);
    }
    for (const host of ["evil.example", `evil.example:${port}`, "localhost.evil.example", "127.0.0.1.evil.example"]) {
      expect([host, (await ask(url, "/", { host })).status]).toEqual([host, 403]);
    }
  });

  it("lives on when a file has gone, and when it has come back", async () => {
    const other = await mkdtemp(join(tmpdir(), "wasm-cnn-demo-gone-"));
    await writeMnistSample(other, 16, 8);
    const { child: second, url: address } = await start(["--data", other]);
    const file = join(other, "t10k-labels-idx1-ubyte");
    const content = await readFile(file);
    await rm(file);
    expect(await statusOf(address, "/mnist/t10k-labels-idx1-ubyte")).toBe(404);
    await mkdir(file);
    expect(await statusOf(address, "/mnist/t10k-labels-idx1-ubyte")).toBe(404);
    await rm(file, { recursive: true });
    await writeFile(file, content);
    expect((await ask(address, "/mnist/t10k-labels-idx1-ubyte")).body).toEqual(content);
    second.kill("SIGINT");
    expect(await finished(second)).toMatchObject({ code: 0, stderr: "" });
    await rm(other, { recursive: true });
  });

  it("starts beside whatever else lies in the folder", async () => {
    const other = await mkdtemp(join(tmpdir(), "wasm-cnn-demo-links-"));
    await writeMnistSample(other, 16, 8);
    await symlink(join(other, "nowhere"), join(other, "dangling"));
    await symlink(other, join(other, "round"));
    const { child: second, url: address } = await start(["--data", other]);
    expect(await statusOf(address, "/mnist/dangling")).toBe(404);
    second.kill("SIGINT");
    await rm(other, { recursive: true });
  });

  it.skipIf(process.platform !== "linux")("closes the file of a download that was broken off", async () => {
    const other = await mkdtemp(join(tmpdir(), "wasm-cnn-demo-aborted-"));
    await writeMnistSample(other, 20_000, 8);
    const { child: second, url: address } = await start(["--data", other]);
    const openFiles = async () => {
      const descriptors = `/proc/${second.pid}/fd`;
      const links = (await readdir(descriptors)).map((name) => readlink(join(descriptors, name)).catch(() => ""));
      return (await Promise.all(links)).filter((path) => path.startsWith(other)).length;
    };
    const { hostname, port } = new URL(address);
    const downloads = Array.from({ length: 20 }, async () => {
      const download = request({ hostname, port, path: "/mnist/train-images-idx3-ubyte", agent: false });
      download.on("error", () => {});
      download.end();
      const [response] = await once(download, "response");
      await once(response, "data");
      response.on("error", () => {});
      response.pause();
      return download;
    });
    for (const download of await Promise.all(downloads)) download.destroy();
    await expect.poll(openFiles, { timeout: 10_000 }).toBe(0);
    expect((await ask(address, "/mnist/t10k-labels-idx1-ubyte")).status).toBe(200);
    second.kill("SIGINT");
    await rm(other, { recursive: true });
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
      const file = await readFile(join(compressed, "t10k-labels.idx1-ubyte.gz"));
      const plain = await ask(address, "/mnist/t10k-labels-idx1-ubyte.gz");
      expect([plain.body, plain.headers["content-encoding"]]).toEqual([file, undefined]);
      expect(await statusOf(address, "/mnist/t10k-labels-idx1-ubyte")).toBe(406);
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

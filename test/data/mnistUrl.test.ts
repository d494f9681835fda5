import { once } from "node:events";
import { setTimeout } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { loadMnist, type MnistProgress } from "wasm-cnn";
import { download } from "../../src/data/download.js";
import { idxBytes, smallMnist, temporaryFolder, writeFiles } from "./mnistFiles.js";
import { type Answer, mnistServer } from "./mnistServer.js";

const files = smallMnist();
const names = Object.keys(files);
const [TRAIN_IMAGES, TRAIN_LABELS, TEST_IMAGES] = names as [string, string, string];

/** What every server here should give. */
async function expected() {
  const dir = await temporaryFolder();
  await writeFiles(dir, files);
  return loadMnist({ dir });
}

function renamed(rename: (name: string) => string, bytes: (plain: Uint8Array) => Answer): Record<string, Answer> {
  return Object.fromEntries(Object.entries(files).map(([name, plain]) => [rename(name), bytes(plain)]));
}

const gz = renamed((name) => `${name}.gz`, gzipSync);

describe("loadMnist({ baseUrl })", () => {
  it("fetches the four files, one request each", async () => {
    const { url, requests } = await mnistServer(files);
    expect(await loadMnist({ baseUrl: url })).toEqual(await expected());
    expect(requests).toEqual(names);
  });

  it("takes a URL object, with or without a slash at the end, and keeps the query", async () => {
    const { url, requests } = await mnistServer(files);
    await loadMnist({ baseUrl: new URL(url.slice(0, -1)) });
    await loadMnist({ baseUrl: `${url}?key=1#part` });
    expect(requests).toEqual([...names, ...names.map((name) => `${name}?key=1`)]);
  });

  it("takes .gz, and asks for nothing twice once it knows", async () => {
    const { url, requests } = await mnistServer(gz);
    expect(await loadMnist({ baseUrl: url })).toEqual(await expected());
    const [first, ...others] = names.map((name) => `${name}.gz`);
    expect(requests).toEqual([TRAIN_IMAGES, "train-images.idx3-ubyte", first, ...others]);
  });

  it("takes names with a dot, and each file under a name of its own", async () => {
    const dots = renamed(
      (name) => name.replace("-idx", ".idx"),
      (bytes) => bytes,
    );
    expect(await loadMnist({ baseUrl: (await mnistServer(dots)).url })).toEqual(await expected());
    const mixed = { ...gz, [TEST_IMAGES]: files[TEST_IMAGES]! };
    delete mixed[`${TEST_IMAGES}.gz`];
    expect(await loadMnist({ baseUrl: (await mnistServer(mixed)).url })).toEqual(await expected());
  });

  it("takes a .gz that fetch has decompressed already, and gzip under a plain name", async () => {
    const encoded = renamed(
      (name) => `${name}.gz`,
      (bytes) => (response) => response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync(bytes)),
    );
    expect(await loadMnist({ baseUrl: (await mnistServer(encoded)).url })).toEqual(await expected());
    const plain = renamed((name) => name, gzipSync);
    expect(await loadMnist({ baseUrl: (await mnistServer(plain)).url })).toEqual(await expected());
  });

  it("takes a file in chunks, however slow, and passes over the index.html of a single-page app", async () => {
    const slow: Answer = async (response) => {
      const bytes = gzipSync(files[TRAIN_IMAGES]!);
      for (let at = 0; at < bytes.length; at += 100) {
        response.write(bytes.subarray(at, at + 100));
        await setTimeout(2);
      }
      response.end();
    };
    const page: Answer = (response) => response.end("\ufeff\n <!doctype html>");
    const { url } = await mnistServer({ ...gz, [`${TRAIN_IMAGES}.gz`]: slow }, page);
    const reports: MnistProgress[] = [];
    expect(await loadMnist({ baseUrl: url, onProgress: (one) => reports.push(one) })).toEqual(await expected());
    expect(new Set(reports.map(({ file }) => file))).toEqual(new Set(names.map((name) => `${url}${name}.gz`)));
    const first = reports.filter(({ loaded }) => loaded === 0);
    expect(first.length).toBeGreaterThan(1);
    expect(first.every(({ totalBytes }) => totalBytes === undefined)).toBe(true);
  });

  it("reports what has arrived of how much, and each file", async () => {
    const big: Answer = async (response) => {
      const bytes = files[TRAIN_IMAGES]!;
      response.writeHead(200, { "content-length": bytes.length });
      response.write(bytes.subarray(0, 1000));
      await setTimeout(20);
      response.end(bytes.subarray(1000));
    };
    const { url } = await mnistServer({ ...files, [TRAIN_IMAGES]: big });
    const reports: MnistProgress[] = [];
    await loadMnist({ baseUrl: url, onProgress: (progress) => reports.push(progress) });
    const size = files[TRAIN_IMAGES]!.length;
    const of = (name: string) => reports.filter(({ file }) => file === `${url}${name}`);
    const images = of(TRAIN_IMAGES);
    const arrived = images.slice(0, -1).map(({ bytes }) => bytes!);
    expect(arrived[0]).toBeLessThan(size);
    expect(arrived.at(-1)).toBe(size);
    expect([...arrived].sort((a, b) => a - b)).toEqual(arrived);
    expect(images.slice(0, -1).every((one) => one.totalBytes === size && one.loaded === 0)).toBe(true);
    expect(names.map((name) => of(name).at(-1))).toEqual(
      names.map((name, i) => ({ loaded: i + 1, total: 4, file: `${url}${name}` })),
    );
  });

  it("starts from the page where the URL is relative, or from the worker's script", async () => {
    const { url } = await mnistServer(files);
    const page = new URL("..", url).href;
    onTestFinished(() => void vi.unstubAllGlobals());
    for (const [baseUrl, start] of [
      ["data", `${page}index.html`],
      ["./data/", `${page}app/../index.html`],
      ["/data", `${page}deep/down/`],
      ["", `${url}index.html`],
    ] as const) {
      vi.stubGlobal("document", { baseURI: start });
      expect((await loadMnist({ baseUrl })).trainLabels.shape, baseUrl).toEqual([3]);
    }
    vi.stubGlobal("document", undefined);
    vi.stubGlobal("location", { href: `${page}worker.js` });
    expect((await loadMnist({ baseUrl: "data" })).trainLabels.shape).toEqual([3]);
    await expect(loadMnist({ baseUrl: "http://" })).rejects.toThrow(
      /a URL, absolute or from .*worker.js on, got "http/,
    );
  });
});

describe("loadMnist({ baseUrl }) is refused", () => {
  it("with wrong options", async () => {
    await expect(loadMnist({ baseUrl: 5 as never })).rejects.toThrow(/baseUrl to be a string or a URL, got 5/);
    await expect(loadMnist({ baseUrl: 5 as never })).rejects.toThrow(TypeError);
    await expect(loadMnist({ baseUrl: "http://x", dir: "y" })).rejects.toThrow("expected dir or baseUrl, got both");
    const relative = loadMnist({ baseUrl: "data" });
    await expect(relative).rejects.toThrow(RangeError);
    await expect(relative).rejects.toThrow('baseUrl to be an absolute URL, as there is no page, got "data"');
  });

  it("where the files are not there, with the URL and what to do", async () => {
    const { url } = await mnistServer({});
    const loading = loadMnist({ baseUrl: url });
    await expect(loading).rejects.toThrow(
      `loadMnist: ${url}${TRAIN_IMAGES} (or train-images.idx3-ubyte, ${TRAIN_IMAGES}.gz, train-images.idx3-ubyte.gz): ` +
        "expected a file, got 404 Not Found; put it there, or correct the URL",
    );
    const { [TRAIN_LABELS]: _, ...rest } = files;
    const partial = await mnistServer(rest, (response) => response.end("<html>"));
    await expect(loadMnist({ baseUrl: partial.url })).rejects.toThrow(
      new RegExp(`${partial.url}${TRAIN_LABELS} .*: expected a file, got a web page; put it there`),
    );
    const busy = await mnistServer({}, (response) => response.writeHead(503).end());
    await expect(loadMnist({ baseUrl: busy.url })).rejects.toThrow("got 503 Service Unavailable;");
    const empty = await mnistServer({}, (response) => response.writeHead(204).end());
    await expect(loadMnist({ baseUrl: empty.url })).rejects.toThrow("got 204 No Content;");
  });

  it("where no server answers", async () => {
    const { url } = await mnistServer({}, (response) => response.destroy());
    await expect(loadMnist({ baseUrl: url })).rejects.toThrow(/expected a file, got no answer \(fetch failed: .+\);/);
  });

  const badSum = gzipSync(files[TRAIN_IMAGES]!);
  badSum.fill(1, badSum.length - 8);
  const damaged: [string, Record<string, Answer>, RegExp][] = [
    ["a cut file", { [TRAIN_IMAGES]: files[TRAIN_IMAGES]!.subarray(0, -1) }, /2352 .*got 2351; put an undamaged/],
    ["an empty file", { [TRAIN_IMAGES]: new Uint8Array() }, /IDX header of 4 bytes or more, got 0; put/],
    ["text", { [TEST_IMAGES]: Buffer.from("version https://git-lfs") }, /expected an IDX file .*got 76 65 72 73; put/],
    ["other images", { [TEST_IMAGES]: idxBytes(8, [2, 1, 1], [1, 1]) }, /\(n, 28, 28\), got \(2, 1, 1\); put/],
    ["too few labels", { [TRAIN_LABELS]: idxBytes(8, [2], [9, 0]) }, /expected 3 labels.*got 2; put/],
    ["a cut gzip file", { [TRAIN_IMAGES]: gzipSync(files[TRAIN_IMAGES]!).subarray(0, -20) }, /gzip: .*; put/],
    [
      "a gzip file with a wrong check sum",
      { [TRAIN_IMAGES]: badSum },
      /gzip: expected a whole file, got the error: .* after \d+ bytes; put an undamaged file there/,
    ],
    [
      "a response that breaks off",
      {
        [TRAIN_IMAGES]: (response) => {
          response.writeHead(200, { "content-length": 2368 });
          response.write(files[TRAIN_IMAGES]!.subarray(0, 1000), () => response.destroy());
        },
      },
      /expected a whole file, got the error: .* after \d+ bytes; try again/,
    ],
    [
      "chunks that break off",
      { [TRAIN_IMAGES]: (response) => void response.write("\0\0", () => response.destroy()) },
      /expected a whole file, got the error: .* after \d bytes; try again/,
    ],
  ];
  it.each(damaged)("for %s, with its URL", async (_name, changes, message) => {
    const { url } = await mnistServer({ ...files, ...changes });
    const loading = loadMnist({ baseUrl: url });
    await expect(loading).rejects.toThrow(message);
    await expect(loading).rejects.toThrow(`loadMnist: ${url}${Object.keys(changes)[0]}: `);
  });

  it("for a file that is too large, or would be once unpacked", async () => {
    const { url } = await mnistServer({ plain: new Uint8Array(1001), packed: gzipSync(new Uint8Array(1e7)) });
    const options = { maxBytes: 1000, onBytes: () => {} };
    await expect(download("load", [`${url}plain`], options)).rejects.toThrow(
      new RangeError(`load: ${url}plain: expected at most 1000 bytes, got more`),
    );
    await expect(download("load", [`${url}packed`], { ...options, maxBytes: 20_000 })).rejects.toThrow(
      new RangeError(`load: ${url}packed: gzip: expected at most 20000 bytes, got more`),
    );
  });
});

describe("loadMnist({ baseUrl }) rejects with", () => {
  it("the signal's reason, before, while it waits and while a file arrives", async () => {
    const reason = new Error("enough");
    const { url, requests } = await mnistServer({
      [TRAIN_IMAGES]: (response) => void response.write(files[TRAIN_IMAGES]!.subarray(0, 500)),
    });
    await expect(loadMnist({ baseUrl: url, signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(requests).toEqual([]);

    const arriving = new AbortController();
    const onProgress = () => arriving.abort(reason);
    await expect(loadMnist({ baseUrl: url, signal: arriving.signal, onProgress })).rejects.toBe(reason);

    const waiting = new AbortController();
    const closed: Promise<unknown>[] = [];
    const silent = await mnistServer({}, (response) => {
      closed.push(once(response, "close"));
      waiting.abort(reason);
    });
    await expect(loadMnist({ baseUrl: silent.url, signal: waiting.signal })).rejects.toBe(reason);
    expect(closed).toHaveLength(1);
    await closed[0];
  });

  it("the error of onProgress, and lets go of the response", async () => {
    let closed: Promise<unknown> | undefined;
    const { url } = await mnistServer({
      [TRAIN_IMAGES]: (response) => {
        closed = once(response, "close");
        response.write(files[TRAIN_IMAGES]!.subarray(0, 500));
      },
    });
    const error = new RangeError("mine");
    const onProgress = () => {
      throw error;
    };
    await expect(loadMnist({ baseUrl: url, onProgress })).rejects.toBe(error);
    expect(error.message).toBe("mine");
    await closed;
  });
});

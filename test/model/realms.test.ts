import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { createContext, runInContext } from "node:vm";
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from "vitest";
import {
  centerDigit,
  type Format,
  fromPixels,
  init,
  loadMnist,
  loadModel,
  modelFromBytes,
  parseIdx,
  Sequential,
  toCategorical,
} from "wasm-cnn";
import { readSafetensors } from "wasm-cnn/files/safetensors";
import { slice, smallData, smallLayers, smallModel, weightsOf } from "./small.js";

// Another realm, as jsdom, Jest and frames are: the same classes again, unknown to `instanceof`.
const context = createContext({});
const foreign = <T>(name: string) => runInContext(name, context) as T;
const F32 = foreign<typeof Float32Array>("Float32Array");
const U8 = foreign<typeof Uint8Array>("Uint8Array");
const U8C = foreign<typeof Uint8ClampedArray>("Uint8ClampedArray");
const Buffer1 = foreign<typeof ArrayBuffer>("ArrayBuffer");
const List = foreign<typeof Array>("Array");
const record = <T extends object>(fields: T) => Object.assign(foreign<() => T>("(() => ({}))")(), fields);

const { x, y } = smallData(40);

function foreignBytes(bytes: Uint8Array): ArrayBuffer {
  const buffer = new Buffer1(bytes.length);
  new Uint8Array(buffer).set(bytes);
  return buffer;
}

function shared<T extends Float32Array | Uint8Array | Uint8ClampedArray>(values: T): T {
  const array = new (values.constructor as new (buffer: SharedArrayBuffer) => T)(
    new SharedArrayBuffer(values.byteLength),
  );
  array.set(values);
  return array;
}

describe.each<[string, (values: Float32Array) => Float32Array]>([
  ["of another realm", (values) => F32.from(values)],
  ["over shared memory", shared],
  ["of a class derived from the usual one", (values) => new (class Mine extends Float32Array {})(values)],
])("numbers %s", (_kind, made) => {
  it("train, predict and are set as others are", async () => {
    const [model, plain] = [smallModel(), smallModel()];
    model.setWeights(weightsOf(plain).map(made));
    const samples = record({ data: made(x.data), shape: List.from(x.shape) });
    await model.fit(samples, made(y.data), record({ batchSize: 16, callbacks: List.of(record({})) }));
    await plain.fit(x, y, { batchSize: 16 });
    expect(await model.fingerprint()).toBe(await plain.fingerprint());
    expect(await model.predict(made(x.data))).toEqual(await plain.predict(x));
    expect(await model.evaluate(samples, made(y.data))).toEqual(await plain.evaluate(x, y));
    await model.fit(x, y, { validationData: List.of<typeof x>(samples, y) as never });
  });

  it("are looked through for NaN", async () => {
    const spoilt = made(x.data);
    spoilt[100] = NaN;
    await expect(smallModel().fit(spoilt, y)).rejects.toThrow(
      "fit: x: expected finite 32-bit numbers, got NaN at index 100",
    );
  });
});

describe.each<[string, (values: Uint8Array) => Uint8Array, (values: Uint8Array) => ArrayBufferLike]>([
  ["of another realm", (bytes) => U8.from(bytes), foreignBytes],
  ["over shared memory", shared, (bytes) => shared(bytes).buffer],
  ["in a Buffer of Node", (bytes) => Buffer.from(bytes), (bytes) => bytes.slice().buffer],
])("bytes %s", (_kind, made, buffer) => {
  it("are read as samples, images, labels and IDX files", async () => {
    const model = smallModel();
    const bytes = Uint8Array.from({ length: 72 }, (_, i) => i);
    expect(await model.predict(made(bytes))).toEqual(await model.predict(bytes));
    const image = (data: Uint8Array) => ({ data, width: 6, height: 12 });
    expect(fromPixels(image(made(bytes)))).toEqual(fromPixels(image(bytes)));
    expect(centerDigit(image(made(bytes)))).toEqual(centerDigit(image(bytes)));
    expect(toCategorical(made(bytes))).toEqual(toCategorical(bytes));
    const idx = [0, 0, 8, 1, 0, 0, 0, 2, 7, 9];
    expect(parseIdx(made(Uint8Array.from(idx)))).toEqual(parseIdx(Uint8Array.from(idx)));
  });

  it.each<Format>(["keras", "h5", "weights.h5", "safetensors"])("are read as files (%s)", async (format) => {
    const model = smallModel();
    const bytes = await model.toBytes(format);
    for (const source of [made(bytes), buffer(bytes)]) {
      const loaded = smallModel({ seed: 2 });
      await loaded.loadWeights(source);
      expect(await loaded.fingerprint()).toBe(await model.fingerprint());
      if (format !== "keras" && format !== "h5") continue;
      for (const whole of [await loadModel(source), await modelFromBytes(source)]) {
        expect(await whole.fingerprint()).toBe(await model.fingerprint());
      }
    }
    if (format === "safetensors") expect(readSafetensors(made(bytes))).toEqual(readSafetensors(bytes));
  });
});

it("bytes that clamp are bytes, of another realm too", async () => {
  const model = smallModel();
  const bytes = Uint8Array.from({ length: 72 }, (_, i) => i);
  expect(await model.predict(U8C.from(bytes))).toEqual(await model.predict(bytes));
  expect(fromPixels({ data: U8C.from(bytes), width: 6, height: 12 }).data.length).toBe(216);
});

describe("classes that others have put in place of the global ones, as jsdom does", () => {
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "wasm-cnn-realms-"));
    await smallModel().save(join(folder, "model.keras"));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it("do not matter: Blob, File, Response, URL, AbortSignal, WebAssembly.Module", async () => {
    const bytes = await smallModel().toBytes();
    const path = pathToFileURL(join(folder, "model.keras"));
    const sources = [new Blob([bytes]), new File([bytes], "model.keras"), new Response(bytes), path];
    const { signal } = new AbortController();
    for (const name of ["Blob", "File", "Response", "AbortSignal"]) vi.stubGlobal(name, class {});
    onTestFinished(() => void vi.unstubAllGlobals());
    for (const source of sources) {
      expect(await (await loadModel(source)).fingerprint()).toBe(await smallModel().fingerprint());
    }
    await smallModel().fit(x, y, { signal });
    await expect(loadMnist({ dir: folder, signal })).rejects.toThrow("loadMnist: expected the files");
    vi.stubGlobal("WebAssembly", { ...WebAssembly, Module: { customSections: () => [] } });
    const module = new (Object.getPrototypeOf(wasmModule()).constructor as typeof WebAssembly.Module)(EMPTY);
    expect(() => init({ module })).toThrow("init.module: expected kernels.wasm");
  });

  it("need not be complete: a Blob without methods is opened by its reader", async () => {
    class BareBlob {
      readonly [Symbol.toStringTag] = "Blob";
      constructor(readonly bytes: Uint8Array) {}
    }
    class FileReader {
      result: ArrayBuffer | undefined;
      onload!: () => void;
      readAsArrayBuffer({ bytes }: BareBlob): void {
        this.result = foreignBytes(bytes);
        queueMicrotask(() => this.onload());
      }
    }
    vi.stubGlobal("FileReader", FileReader);
    onTestFinished(() => void vi.unstubAllGlobals());
    const model = smallModel();
    const loaded = await loadModel(new BareBlob(await model.toBytes()) as never);
    expect(await loaded.fingerprint()).toBe(await model.fingerprint());
  });

  it("are still told from what is none of them", async () => {
    const model = smallModel();
    await expect(model.fit(x, y, { signal: { aborted: false } as never })).rejects.toThrow("expected an AbortSignal");
    await expect(loadMnist({ signal: {} as never })).rejects.toThrow("expected signal to be an AbortSignal");
    await expect(loadModel(new Float32Array(1) as never)).rejects.toThrow(
      "expected a path, URL, bytes, Blob or Response",
    );
    await expect(modelFromBytes([1] as never)).rejects.toThrow("expected a Uint8Array or an ArrayBuffer, got [1]");
    expect(() => init({ module: {} as never })).toThrow("expected a WebAssembly.Module, got an object");
    expect(() => parseIdx(new Uint8ClampedArray(4) as never)).toThrow("parseIdx: expected a Uint8Array");
  });
});

const EMPTY = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);
function wasmModule(): WebAssembly.Module {
  return foreign<(bytes: Uint8Array) => WebAssembly.Module>("(bytes) => new WebAssembly.Module(bytes)")(EMPTY);
}

describe("addresses of models as texts", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "wasm-cnn-urls-"));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it("may be file: URLs, to read and to write, with files beside them", async () => {
    const model = smallModel();
    for (const name of ["a b.keras", "model.json"]) {
      const url = pathToFileURL(join(folder, name)).href;
      await model.save(url);
      expect(await (await loadModel(url)).fingerprint()).toBe(await model.fingerprint());
      expect(await (await loadModel(join(folder, name))).fingerprint()).toBe(await model.fingerprint());
    }
  });

  it("are fetched where they are http:, in Node too; files beside them as well", async () => {
    const model = smallModel();
    await model.save(join(folder, "served.keras"));
    await model.save(join(folder, "model.json"));
    const { readFile } = await import("node:fs/promises");
    const server = createServer((request, response) => {
      readFile(join(folder, request.url!.slice(1))).then(
        (bytes) => response.end(bytes),
        () => response.writeHead(404).end("none"),
      );
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void server.close());
    const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    for (const name of ["served.keras", "model.json"]) {
      for (const source of [base + name, new URL(base + name)]) {
        expect(await (await loadModel(source)).fingerprint()).toBe(await model.fingerprint());
      }
    }
    await expect(loadModel(`${base}none.keras`)).rejects.toThrow(
      `loadModel: expected a file, got status 404 from ${base}none.keras`,
    );
    server.close();
    server.closeAllConnections();
    await expect(loadModel(`${base}served.keras`)).rejects.toThrow(
      `loadModel: expected a file at ${base}served.keras, got no answer`,
    );
  });

  it("that lead nowhere are named", async () => {
    const path = join(folder, "none", "model.keras");
    await expect(loadModel(path)).rejects.toThrow(
      `loadModel: expected a file that can be read, got no such file or folder: ${path}`,
    );
    await expect(smallModel().save(path)).rejects.toThrow(
      `save: expected a place that can be written, got no folder ${join(folder, "none")}`,
    );
    for (const url of ["https://example.org/a.keras", new URL("https://example.org/a.keras")]) {
      await expect(smallModel().save(url)).rejects.toThrow(
        `save: expected a place that can be written, got ${url}, which can only be read`,
      );
    }
  });
});

it("a model whose samples lie in one array of another realm splits them for validation", async () => {
  const [model, plain] = [new Sequential(smallLayers(), { seed: 1 }), new Sequential(smallLayers(), { seed: 1 })];
  for (const each of [model, plain]) each.compile({ optimizer: "rmsprop", loss: "categoricalCrossentropy" });
  const options = { validationSplit: 0.25, batchSize: 10 };
  const history = await model.fit(F32.from(x.data), F32.from(y.data), options);
  expect(history).toEqual(await plain.fit(x, y, options));
  expect(await model.evaluate(slice(x, 30, 40), slice(y, 30, 40))).toEqual(
    await plain.evaluate(slice(x, 30, 40), slice(y, 30, 40)),
  );
});

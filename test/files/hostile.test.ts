import { strToU8, unzipSync, zipSync } from "fflate";
import { describe, expect, it, vi } from "vitest";
import { modelFromBytes, modelFromJSON } from "wasm-cnn";
import { ZipArchive } from "../../dist/files/zip.js";
import { errorLike } from "../errorLike.js";
import { smallModel } from "../model/small.js";
import { fuzz } from "./fuzz/index.mjs";
import { kerasFile } from "./kerasFixtures.js";

const text = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
const dense = (config: object) => ({ class_name: "Dense", config: { units: 2, ...config } });
const sequential = (...layers: object[]) => ({ class_name: "Sequential", config: { name: "m", layers } });

async function expectRefused(bytes: Uint8Array<ArrayBuffer>, message: string | RegExp): Promise<void> {
  await expect(modelFromBytes(bytes)).rejects.toThrow(message);
}

describe("a hostile file", () => {
  it("is a model or a clear error, whatever was done to it", async () => {
    // `npm run fuzz -- --minutes N` goes on.
    const { files, read } = await fuzz({ threads: 1, enough: ({ files }) => files >= 400 });
    expect(read).toBeGreaterThan(0);
    expect(read).toBeLessThan(files);
  }, 300_000);

  it("cut off anywhere is refused", async () => {
    for (const name of ["dense.keras", "dense.h5"]) {
      const whole = kerasFile(name);
      for (let length = 0; length < whole.length; length += 97) {
        await expect(modelFromBytes(whole.slice(0, length)), `${name} ${length}`).rejects.toThrow(Error);
      }
    }
  }, 120_000);

  it("does not unpack to more than it may", async () => {
    const zeros = new Uint8Array(2 ** 24);
    const bomb = zipSync({ "config.json": zeros, "model.weights.h5": zeros }, { level: 1 });
    expect(bomb.length).toBeLessThan(200_000);
    await expectRefused(bomb, /\.keras file: expected a zip archive of at most \d+ bytes when unpacked, got 16777216/);
    // Weights that the description does not ask for, in an archive that is long enough for them.
    const config = text(sequential(dense({ batch_input_shape: [null, 3] })));
    const padding = new Uint8Array(2 ** 20);
    const entries = { "config.json": config, "model.weights.h5": zeros };
    const long = zipSync({ ...entries, padding: [padding, { level: 0 }] }, { level: 1 });
    await expectRefused(long, /\.keras file: expected at most \d{7} bytes in model.weights.h5, got 16777216/);
    const lying = zipSync({ "config.json": config }, { level: 0 });
    await expectRefused(lying, ".keras file: expected an entry model.weights.h5, got config.json");
  });

  it("stops unpacking where an entry is longer than it says", async () => {
    const entry = zipSync({ "config.json": new Uint8Array(2 ** 24) }, { level: 1 });
    const view = new DataView(entry.buffer);
    view.setUint32(view.getUint32(entry.length - 6, true) + 24, 100, true);
    await expectRefused(entry, ".keras file: expected a zip archive with config.json undamaged");
    const archive = new ZipArchive("file", entry, ["config.json"]);
    await expect(archive.read("config.json", 1_000)).rejects.toThrow("config.json undamaged");
    expect(archive.unpacked).toBeGreaterThan(100);
    // One piece.
    expect(archive.unpacked).toBeLessThan(5e6);
  });

  it("is unpacked to the bit, and the event loop goes on meanwhile", async () => {
    const bytes = new Uint8Array(2 ** 21);
    for (let i = 0; i < bytes.length; i++) bytes[i] = (i * i) >> (i % 13);
    for (const level of [0, 1, 6] as const) {
      const archive = new ZipArchive("file", zipSync({ a: bytes, b: new Uint8Array(0) }, { level }), ["a", "b"]);
      // A clock that says after every piece that time is up.
      let time = 0;
      const clock = vi.spyOn(performance, "now").mockImplementation(() => (time += 100));
      let turns = 0;
      let next = setImmediate(function turn() {
        turns++;
        next = setImmediate(turn);
      });
      expect(Buffer.compare(await archive.read("a", bytes.length), bytes)).toBe(0);
      clearImmediate(next);
      clock.mockRestore();
      expect(turns).toBeGreaterThanOrEqual(2);
      expect(await archive.read("b", 0)).toHaveLength(0);
    }
  });

  it("may be packed, as other programs do it", async () => {
    for (const name of ["dense.keras", "image.keras", "many.keras"]) {
      const model = await modelFromBytes(kerasFile(name));
      const packed = zipSync(unzipSync(kerasFile(name)), { level: 9 });
      expect(await (await modelFromBytes(packed)).fingerprint()).toBe(await model.fingerprint());
    }
  });

  it("sees a flipped bit in any of its weights", async () => {
    const bytes = await smallModel().toBytes();
    for (let at = 40; at < bytes.length - 300; at += 211) {
      const flipped = bytes.slice();
      flipped[at]! ^= 4;
      const model = await modelFromBytes(flipped).catch((error: Error) => error);
      // Some bytes say nothing: names and dates in front of an entry.
      if (!(model instanceof Error)) expect(await model.toBytes()).toEqual(bytes);
    }
  });

  it("cannot ask for more memory than there is", () => {
    const huge = sequential(dense({ units: 2 ** 31, batch_input_shape: [null, 2 ** 31] }));
    expect(() => modelFromJSON(huge).countParams()).toThrow(Error);
    // Counted before anything is made for them.
    expect(() => modelFromJSON(sequential(dense({ units: 1e6, batch_input_shape: [null, 1e3] })))).toThrow(
      new RangeError("model: expected at most 2^29 weights, got 1001000000"),
    );
    const allocated = vi.spyOn(WebAssembly, "Memory");
    const large = modelFromJSON(sequential(dense({ units: 5e5, batch_input_shape: [null, 1e3] })));
    expect(large.countParams()).toBe(500_500_000);
    expect(large.summary({ print: () => {} })).toContain("500,500,000");
    expect(allocated).not.toHaveBeenCalled();
    allocated.mockRestore();
    const many = sequential(...Array.from({ length: 5_001 }, () => dense({})));
    expect(() => modelFromJSON(many)).toThrow("modelFromJSON: expected at most 5000 layers, got 5001");
  });

  it.each([99_999, 300])("nested %d deep is refused in words", async (depth) => {
    const nested = "[".repeat(depth) + "]".repeat(depth);
    expect(() => modelFromJSON(nested)).toThrow("modelFromJSON: expected JSON at most 200 levels deep, got deeper");
    const entries = { "config.json": strToU8(`{"config":${nested}}`), "model.weights.h5": new Uint8Array(9) };
    const bytes = zipSync(entries, { level: 0 });
    await expectRefused(bytes, ".keras file: config.json: expected JSON at most 200 levels deep, got deeper");
    // As a value, where there was no text: in each place where an error shows it.
    let deep: unknown[] = [];
    for (let i = 0; i < depth; i++) deep = [deep];
    expect(() => modelFromJSON(deep)).toThrow(
      "modelFromJSON: expected a Sequential or functional model, got undefined",
    );
    const config = sequential(dense({ units: deep, activation: deep, kernel_initializer: deep, unknown: deep }));
    expect(() => modelFromJSON({ ...config, compile_config: { optimizer: deep, loss: deep, metrics: deep } })).toThrow(
      /got \[\[\[\[an array of 1\]\]\]\]/,
    );
  });

  it("may have brackets in its strings", () => {
    const name = `"\\${"[{".repeat(300)}`;
    const text = JSON.stringify(sequential(dense({ name, batch_input_shape: [null, 2] })));
    expect(modelFromJSON(text).layers[0]!.name).toBe(name);
  });

  it("of weights for more numbers than it has is refused before there is memory for them", async () => {
    const config = sequential(dense({ units: 2 ** 28, batch_input_shape: [null, 2 ** 20] }));
    const weights = kerasFile("dense.weights.h5");
    const bytes = zipSync({ "config.json": text(config), "model.weights.h5": weights }, { level: 0 });
    await expectRefused(bytes, "model: expected at most 2^29 weights, got");
    const other = sequential(dense({ units: 2 ** 14, batch_input_shape: [null, 2 ** 14] }));
    const wrong = zipSync({ "config.json": text(other), "model.weights.h5": weights }, { level: 0 });
    await expectRefused(wrong, ".keras file: expected [16384, 16384] for kernel of layers/dense/vars");
  });

  it("reaches no prototype", () => {
    const json = JSON.stringify(sequential(dense({ batch_input_shape: [null, 2] }))).replace(
      '"units"',
      '"__proto__":{"polluted":true},"constructor":{"polluted":true},"units"',
    );
    expect(() => modelFromJSON(json)).toThrow("expected no constructor");
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });
});

describe("what is not supported", () => {
  it("is listed all at once", () => {
    const config = sequential(
      { class_name: "InputLayer", config: { batch_shape: [null, 8, 8, 1] } },
      {
        class_name: "Conv2D",
        config: { name: "c", filters: 2, kernel_size: 3, data_format: "channels_first", groups: 2 },
      },
      { class_name: "Lambda", config: { name: "code", function: "..." } },
      { class_name: "LSTM", config: { name: "memory" } },
      {
        class_name: "Dense",
        config: { name: "d", units: 2, use_code: "...", kernel_code: 3 },
      },
    );
    expect(() => modelFromJSON(config)).toThrow(
      errorLike(
        Error,
        [
          "modelFromJSON: expected layers and options that are supported, got:",
          '- Conv2D "c": expected no data_format, got "channels_first"',
          '- Lambda "code": code is never run',
          '- LSTM "memory": no such layer; register a class of your own with registerLayer first',
          '- Dense "d": expected no use_code, got "..."; expected no kernel_code, got 3',
        ].join("\n"),
      ),
    );
  });

  it.each([
    [
      "Keras 2",
      {
        batch_input_shape: [null, 4],
        dtype: "float32",
        kernel_initializer: { class_name: "GlorotUniform", config: { seed: null } },
      },
    ],
    [
      "Keras 3",
      {
        batch_shape: [null, 4],
        dtype: { module: "keras", class_name: "DTypePolicy", config: { name: "float32" }, registered_name: null },
        activation: { class_name: "function", config: "relu" },
        kernel_initializer: { module: "keras.initializers", class_name: "Zeros", config: {}, registered_name: null },
      },
    ],
    [
      "camel case",
      { batchInputShape: undefined, batch_input_shape: [null, 4], useBias: false, kernelInitializer: "glorotUniform" },
    ],
  ])("does not include the dialect of %s", (_, config) => {
    const model = modelFromJSON(sequential(dense(config)));
    expect(model.inputs[0]!.shape).toEqual([4]);
    const again = modelFromJSON(JSON.stringify(model));
    expect(again.toJSON()).toEqual(model.toJSON());
  });
});

import { zipSync } from "fflate";
import { describe, expect, it } from "vitest";
import { modelFromBytes, modelFromJSON } from "wasm-cnn";
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
    const zeros = new Uint8Array(64 * 2 ** 20);
    const bomb = zipSync({ "config.json": zeros, "model.weights.h5": zeros }, { level: 9 });
    expect(bomb.length).toBeLessThan(200_000);
    await expectRefused(bomb, /\.keras file: expected a zip archive of at most \d+ bytes when unpacked, got 67108864/);
    // One that lies about what it unpacks to.
    const lying = zipSync({ "config.json": text(sequential()) }, { level: 0 });
    const entry = zipSync({ "config.json": zeros.subarray(0, 2 ** 20) }, { level: 9 });
    const view = new DataView(entry.buffer);
    const central = view.getUint32(entry.length - 6, true);
    view.setUint32(central + 24, 100, true);
    await expectRefused(entry, ".keras file: expected a zip archive with config.json undamaged");
    await expectRefused(lying, ".keras file: expected an entry model.weights.h5, got config.json");
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
    const many = sequential(...Array.from({ length: 5_001 }, () => dense({})));
    expect(() => modelFromJSON(many)).toThrow("modelFromJSON: expected at most 5000 layers, got 5001");
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
        config: { name: "d", units: 2, activation: "gelu", kernel_regularizer: { class_name: "L2" } },
      },
    );
    expect(() => modelFromJSON(config)).toThrow(
      new Error(
        [
          "modelFromJSON: expected layers and options that are supported, got:",
          '- Conv2D "c": expected no data_format, got "channels_first"; expected no groups, got 2',
          '- Lambda "code": code is never run',
          '- LSTM "memory": no such layer',
          '- Dense "d": expected no kernel_regularizer, got "L2"',
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
    expect(model.layers[0]!.inputShape).toEqual([4]);
    const again = modelFromJSON(JSON.stringify(model));
    expect(again.toJSON()).toEqual(model.toJSON());
  });
});

import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { modelFromSnapshot, type Sequential } from "wasm-cnn";
import { readTfjs, writeTfjs } from "wasm-cnn/files/tfjs";
import { expectClose } from "../expectClose.js";
import { smallData, smallModel } from "../model/small.js";
import { tolerances } from "../tolerances.js";
import { NETWORKS, network, samplesFor } from "./networks.js";

/** Files that TensorFlow.js has written, see tfjs/make.mjs. */
const FIXTURES = ["trained", "frozen", "windows", "uint8", "uint16", "float16"];
const fixture = (name: string) => (path: string) => readFile(new URL(`tfjs/${name}/${path}`, import.meta.url));
const predictions = (name: string) =>
  JSON.parse(readFileSync(new URL(`tfjs/${name}/predictions.json`, import.meta.url), "utf8"));

const reader = (files: ReadonlyMap<string, Uint8Array>) => async (path: string) => {
  const file = files.get(path.replace(/^\.\//, ""));
  if (!file) throw new Error(`no file ${path}`);
  return file;
};
const reread = async (model: Sequential) =>
  modelFromSnapshot(await readTfjs(reader(writeTfjs(await model.snapshot()))));

const json = (bytes: Uint8Array) => JSON.parse(new TextDecoder().decode(bytes));
const bytesOf = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));

describe.each(FIXTURES)("the files of TensorFlow.js: %s", (name) => {
  it("predict what they do there", async () => {
    const { x, y } = predictions(name);
    const model = modelFromSnapshot(await readTfjs(fixture(name)));
    const actual = await model.predict({ data: Float32Array.from(x.data), shape: x.shape });
    expect(actual.shape).toEqual(y.shape);
    expectClose(actual.data, y.data, tolerances.interop);
  });

  it("are written again with the same weights and settings", async () => {
    const snapshot = await readTfjs(fixture(name));
    expect(await readTfjs(reader(writeTfjs(snapshot)))).toEqual(snapshot);
    expect(await modelFromSnapshot(snapshot).snapshot()).toMatchObject({ layers: snapshot.layers });
  });
});

describe("what TensorFlow.js has trained", () => {
  it("brings its optimizer along", async () => {
    const { compiled } = await readTfjs(fixture("frozen"));
    expect(compiled).toMatchObject({
      optimizer: {
        className: "RMSprop",
        config: { learning_rate: Math.fround(0.01), rho: 0.8, momentum: 0.5, epsilon: 1e-7, centered: false },
      },
      loss: "categorical_crossentropy",
      metrics: ["accuracy"],
    });
    expect(compiled?.state?.iterations).toBe(3);
    expect(compiled?.state?.slots.map((slot) => [slot.name, slot.values.map(({ length }) => length)])).toEqual([
      ["velocity", [27 * 6, 6, 24, 4]],
      ["momentum", [27 * 6, 6, 24, 4]],
    ]);
    const sum = compiled!.state!.slots[0]!.values.flatMap((values) => [...values]).reduce((a, b) => a + b);
    expect(sum).toBeGreaterThan(0);
  });

  it("keeps a frozen layer frozen, and its initializers", async () => {
    const { layers } = await readTfjs(fixture("frozen"));
    expect(layers[1]!.config).toMatchObject({
      name: "frozen_conv",
      trainable: false,
      kernel_initializer: {
        class_name: "VarianceScaling",
        config: { scale: 1, mode: "fan_avg", distribution: "normal" },
      },
    });
  });

  it("can be read without its optimizer", async () => {
    expect((await readTfjs(fixture("frozen"), { compile: false })).compiled).toBeUndefined();
  });
});

describe("what we write", () => {
  it.each(Object.keys(NETWORKS))("is read again with the same bits: %s", async (name) => {
    const model = network(name);
    const again = await reread(model);
    expect(await again.fingerprint()).toBe(await model.fingerprint());
    const x = samplesFor(model, 2);
    expect(await again.predict(x)).toEqual(await model.predict(x));
  });

  it("goes on training where it was", async () => {
    const { x, y } = smallData(20);
    const model = smallModel();
    await model.fit(x, y, { epochs: 2 });
    const again = await reread(model);
    await model.fit(x, y, { epochs: 2 });
    await again.fit(x, y, { epochs: 2 });
    expect(await again.fingerprint()).toBe(await model.fingerprint());
  });

  it("lies in shards of 4 MiB, weights across them", async () => {
    const weights = [{ name: "kernel", shape: [1_500_000, 2], data: Float32Array.from({ length: 3e6 }, (_, i) => i) }];
    const config = { name: "d", trainable: true, units: 2, activation: "linear", use_bias: false };
    const files = writeTfjs({ name: "m", inputShape: [1_500_000], layers: [{ className: "Dense", config, weights }] });
    const shard = (i: number) =>
      expect.stringMatching(new RegExp(`^model\\.json\\.[0-9a-f]{16}\\.shard${i}of3\\.bin$`));
    expect([...files].map(([name, { length }]) => [name, length]).slice(1)).toEqual([
      [shard(1), 2 ** 22],
      [shard(2), 2 ** 22],
      [shard(3), 12e6 - 2 ** 23],
    ]);
    const { layers } = await readTfjs(reader(files));
    expect(Buffer.compare(Buffer.from(layers[0]!.weights[0]!.data.buffer), Buffer.from(weights[0]!.data.buffer))).toBe(
      0,
    );
  });
});

describe("names of the converter from Keras", () => {
  const renamed = async (rename: (name: string) => string) => {
    const files = writeTfjs(await network("mnist").snapshot());
    const model = json(files.get("model.json")!);
    for (const weight of model.weightsManifest[0].weights) weight.name = rename(weight.name);
    files.set("model.json", bytesOf({ ...model, modelTopology: { model_config: model.modelTopology } }));
    return readTfjs(reader(files));
  };

  it.each<[string, (name: string) => string]>([
    ["Keras 2", (name) => `${name}:0`],
    ["Keras 3, by the model", (name) => `sequential/${name}`],
  ])("are understood: %s", async (_, rename) => {
    const weights = await renamed(rename);
    expect(weights.layers.flatMap((layer) => layer.weights.map(({ data }) => data))).toEqual(
      network("mnist")
        .getWeights()
        .map(({ data }) => data),
    );
  });

  it("are understood: Keras 3, by class and number", async () => {
    const groups = ["conv2d", "conv2d_1", "dense", "dense_1"].flatMap((group) => [
      `${group}/vars/0`,
      `${group}/vars/1`,
    ]);
    const weights = await renamed(() => `layers/${groups.shift()}`);
    expect(weights.layers.flatMap((layer) => layer.weights.map(({ data }) => data))).toEqual(
      network("mnist")
        .getWeights()
        .map(({ data }) => data),
    );
  });
});

const shardOf = (files: ReadonlyMap<string, Uint8Array>) => [...files.keys()].find((name) => name.endsWith(".bin"))!;

/** A file that is fine, changed. */
async function changed(change: (model: ReturnType<typeof json>, files: Map<string, Uint8Array>) => void) {
  const files = writeTfjs(await smallModel().snapshot());
  const model = json(files.get("model.json")!);
  change(model, files);
  files.set("model.json", bytesOf(model));
  return readTfjs(reader(files), { compile: true });
}

describe("files that are refused", () => {
  it.each([
    ...[
      "../secret",
      "/etc/passwd",
      "..",
      ".",
      "",
      "a/b",
      "a\\b",
      "http://a/b",
      "C:a",
      "./../a",
      "././a",
      "%2e%2e",
      "a\0",
      "a?b",
    ],
    ...[3, null, ["a"]],
  ])("with a shard named %j", async (path) => {
    let read = 0;
    const files = writeTfjs(await smallModel().snapshot());
    const model = json(files.get("model.json")!);
    model.weightsManifest[0].paths = [path];
    const source = async (name: string) => {
      if (name === "model.json") return bytesOf(model);
      read++;
      return new Uint8Array();
    };
    await expect(readTfjs(source)).rejects.toThrow(/name of a shard beside it/);
    expect(read).toBe(0);
  });

  it.each<[string, Parameters<typeof changed>[0], RegExp]>([
    ["another format", (m) => (m.format = "graph-model"), /the format layers-model, got "graph-model"$/],
    ["no model", (m) => delete m.modelTopology, /Sequential or functional model, got undefined$/],
    ["a graph without ends", (m) => (m.modelTopology.class_name = "Model"), /input_layers of layers, got undefined$/],
    ["code", (m) => (m.modelTopology.config.layers[0].class_name = "Lambda"), /code is never run/],
    ["no manifest", (m) => delete m.weightsManifest, /expected 6 weights, got 0$/],
    ["a manifest that is none", (m) => (m.weightsManifest = {}), /a list as weightsManifest/],
    ["a manifest without weights", (m) => delete m.weightsManifest[0].weights, /paths and weights/],
    ["a shard twice", (m) => m.weightsManifest[0].paths.push(m.weightsManifest[0].paths[0]), /a shard once/],
    ["a missing weight", (m) => m.weightsManifest[0].weights.pop(), /bytes in model.json.*bin, got/],
    ["a weight of another name", (m) => (m.weightsManifest[0].weights[0].name = "x"), /one weight .*\/kernel, got 0$/],
    ["a weight without a name", (m) => delete m.weightsManifest[0].weights[0].name, /weights with a name/],
    ["a huge shape", (m) => (m.weightsManifest[0].weights[0].shape = [2 ** 52, 2 ** 52]), /a shape that fits memory/],
    ["a large shape", (m) => (m.weightsManifest[0].weights[0].shape = [2 ** 30]), /expected \d+ bytes in/],
    ["a negative size", (m) => (m.weightsManifest[0].weights[0].shape = [-1]), /shape\[0\]/],
    ["another shape", (m) => m.weightsManifest[0].weights[0].shape.reverse(), /expected \[3, 3, 1, 4\] for/],
    ["a type we have not", (m) => (m.weightsManifest[0].weights[0].dtype = "string"), /float32, int32, got "string"$/],
    [
      "a quantization we have not",
      (m) => (m.weightsManifest[0].weights[0].quantization = { dtype: "int4", scale: 1, min: 0 }),
      /uint8, uint16, float16/,
    ],
    [
      "no scale",
      (m) => (m.weightsManifest[0].weights[0].quantization = { dtype: "uint8", min: 0 }),
      /quantization.scale/,
    ],
    ["a short shard", (_, files) => files.set(shardOf(files), new Uint8Array(3)), /bytes in .*, got 3$/],
    [
      "a changed bit in a shard",
      (_, files) => {
        files.get(shardOf(files))![40]! ^= 1;
      },
      /model.json: expected .*bin as it was saved with it, got other bytes: damaged, or of another model$/,
    ],
    ["settings that are none", (m) => (m.trainingConfig.loss = "regret"), /regret/],
    ["a model larger than any memory", (m) => (m.modelTopology.config.layers[4].config.units = 2 ** 40), /2\^29/],
  ])("with %s", async (_, change, message) => {
    await expect(changed(change)).rejects.toThrow(message);
  });

  it("never end in anything but an error or a whole model, whatever bytes have changed", async () => {
    const files = writeTfjs(await smallModel().snapshot());
    const whole = files.get("model.json")!;
    const place = fc.tuple(fc.nat(whole.length - 1), fc.nat(255));
    await fc.assert(
      fc.asyncProperty(fc.array(place, { minLength: 1, maxLength: 4 }), async (changes) => {
        const bytes = whole.slice();
        for (const [at, value] of changes) bytes[at] = value;
        try {
          const { layers } = await readTfjs(reader(new Map([...files, ["model.json", bytes]])));
          expect(layers.flatMap(({ weights }) => weights).length).toBe(6);
        } catch (error) {
          expect(error).toBeInstanceOf(Error);
          expect((error as Error).name).not.toBe("AssertionError");
        }
      }),
      { numRuns: 1000 },
    );
  });
});

import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  activations,
  input,
  layers,
  losses,
  Model,
  modelFromSnapshot,
  optimizers,
  Sequential,
  schedules,
} from "wasm-cnn";
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
        // What "normal" means, in TensorFlow.js as in Keras.
        config: { scale: 1, mode: "fan_avg", distribution: "truncated_normal" },
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

describe("layers that TensorFlow.js has not", () => {
  it("are refused, all at once, models inside too, with what holds them", async () => {
    const x = input({ shape: [8, 8, 3], name: "x" });
    const inside = new Sequential(
      [layers.groupNormalization({ groups: 1, name: "g" }), layers.conv2d({ filters: 4, kernelSize: 1, groups: 1 })],
      { name: "inside" },
    );
    const y = layers.subtract({ name: "difference" }).apply([inside.apply(x), inside.apply(x)]);
    const outputs = layers.activation({ activation: "celu", name: "bent" }).apply(y);
    const snapshot = await new Model({ inputs: x, outputs }).snapshot();
    expect(() => writeTfjs(snapshot)).toThrow(
      new RangeError(
        [
          "model.json: expected layers and options that TensorFlow.js 4.22 has, got:",
          "- inside/g (GroupNormalization): no such layer",
          "- difference (Subtract): no such layer",
          "- bent (Activation): activations among linear, relu, relu6, elu, selu, gelu, sigmoid, tanh, softplus, softsign, " +
            "softmax, log_softmax, mish, swish, silu, hard_sigmoid of slope 0.2, got celu",
          "(.keras files hold them all)",
        ].join("\n"),
      ),
    );
  });

  it("say their options", async () => {
    const model = new Sequential([
      layers.conv2d({ filters: 4, kernelSize: 2, groups: 2, inputShape: [4, 4, 2] }),
      layers.leakyRelu({ negativeSlope: 0.5 }),
      layers.relu({ negativeSlope: 0.5 }),
      layers.dense({ units: 2, activityRegularizer: "l2", kernelRegularizer: "orthogonalRegularizer" }),
    ]);
    const snapshot = await model.snapshot();
    expect(() => writeTfjs(snapshot)).toThrow(/groups among 1, got 2\n.*negative_slope among 0, got 0.5\n/);
    expect(() => writeTfjs(snapshot)).toThrow(
      /L1L2, got "OrthogonalRegularizer"\n.*no activity_regularizer, got one\n/,
    );
  });
});

describe("its own words", () => {
  it("of a hard sigmoid mean its slope, and of a shape a size that follows", async () => {
    const model = new Sequential([
      layers.dense({ units: 4, inputShape: [2], activation: activations.hardSigmoid({ slope: 0.2 }) }),
      layers.reshape({ targetShape: [2, -1] }),
      layers.leakyRelu({ negativeSlope: 0.5 }),
    ]);
    const files = writeTfjs(await model.snapshot());
    const config = json(files.get("model.json")!).modelTopology.config.layers.map(
      (row: { config: object }) => row.config,
    );
    expect(config).toMatchObject([{ activation: "hard_sigmoid" }, { target_shape: [2, -1] }, { alpha: 0.5 }]);
    const theirs = json(files.get("model.json")!);
    theirs.modelTopology.config.layers[1].config.target_shape = [2, null];
    files.set("model.json", bytesOf(theirs));
    const x = { data: Float32Array.of(1, -2, 0.5, 3), shape: [2, 2] };
    const again = modelFromSnapshot(await readTfjs(reader(files))) as Sequential;
    expect(await again.predict(x)).toEqual(await model.predict(x));
  });
});

describe("settings of compile", () => {
  const { SGD, RMSprop, Adam, AdamW, Adagrad, Adadelta, Adamax, Lion } = optimizers;
  const trained = async (settings: object) => {
    const { x, y } = smallData(20);
    const model = smallModel();
    model.compile({ optimizer: "sgd", loss: "categoricalCrossentropy", ...settings });
    await model.fit(x, y, { epochs: 2 });
    return { model, x, y, files: writeTfjs(await model.snapshot()) };
  };

  it.each([
    ["RMSProp", new RMSprop({ centered: true })],
    ["SGD", new SGD({ learningRate: 0.25 })],
    ["Momentum", new SGD({ learningRate: 0.25, momentum: 0.5, nesterov: true })],
    ["Adam", new Adam({ beta2: 0.9 })],
    ["Adagrad", new Adagrad({ initialAccumulatorValue: 0.5 })],
    ["Adadelta", new Adadelta({ rho: 0.5 })],
  ])("of %s stand in its words, and a training goes on with the same bits", async (name, optimizer) => {
    const { model, x, y, files } = await trained({ optimizer });
    const { trainingConfig, userDefinedMetadata } = json(files.get("model.json")!);
    expect(trainingConfig.optimizer_config.class_name).toBe(name);
    expect(userDefinedMetadata["wasm-cnn-outputs"]).toBeUndefined();
    const snapshot = await readTfjs(reader(files), { compile: true });
    expect(snapshot.compiled!.optimizer).toEqual((await model.snapshot()).compiled!.optimizer);
    const again = modelFromSnapshot(snapshot) as Sequential;
    await model.fit(x, y);
    await again.fit(x, y);
    expect(await again.fingerprint()).toBe(await model.fingerprint());
  });

  it.each([
    ["an optimizer", { optimizer: new AdamW() }],
    ["an optimizer without names", { optimizer: new Lion() }],
    ["a state that it cannot take", { optimizer: new Adamax() }],
    ["an option", { optimizer: new Adam({ weightDecay: 0.01, clipvalue: 0.5 }) }],
    [
      "a schedule",
      {
        optimizer: new SGD({
          learningRate: new schedules.ExponentialDecay({ initialLearningRate: 0.1, decaySteps: 3, decayRate: 0.5 }),
        }),
      },
    ],
    ["a loss", { loss: "huber" }],
    ["options of a loss", { loss: new losses.CategoricalCrossentropy({ labelSmoothing: 0.1 }) }],
  ])("that it has not stand beside it, all of them: %s", async (_, settings) => {
    const { model, x, y, files } = await trained(settings);
    expect(json(files.get("model.json")!).trainingConfig).toBeUndefined();
    const snapshot = await readTfjs(reader(files), { compile: true });
    expect(snapshot.compiled).toEqual((await model.snapshot()).compiled);
    const again = modelFromSnapshot(snapshot) as Sequential;
    await model.fit(x, y);
    await again.fit(x, y);
    expect(await again.fingerprint()).toBe(await model.fingerprint());
  });

  it("of metrics that it has not stand beside the others", async () => {
    const { model, files } = await trained({ metrics: ["accuracy", "topKCategoricalAccuracy"] });
    expect(json(files.get("model.json")!).trainingConfig.metrics).toEqual([]);
    const { compiled } = await readTfjs(reader(files), { compile: true });
    expect(compiled!.metrics).toEqual((await model.snapshot()).compiled!.metrics);
  });

  it("are its own where it has compiled the model since", async () => {
    const { files } = await trained({ optimizer: new AdamW() });
    const model = json(files.get("model.json")!);
    const config = { learningRate: 0.5, momentum: 0.25, useNesterov: false };
    model.trainingConfig = {
      loss: "mean_squared_error",
      metrics: [],
      optimizer_config: { class_name: "Momentum", config },
    };
    model.weightsManifest[0].weights = model.weightsManifest[0].weights.slice(0, 6);
    model.weightsManifest[0].paths = ["all.bin"];
    const bytes = model.weightsManifest[0].weights.reduce(
      (sum: number, { shape }: { shape: number[] }) => sum + 4 * shape.reduce((a, b) => a * b, 1),
      0,
    );
    const shard = files.get(shardOf(files))!.slice(0, bytes);
    const { compiled } = await readTfjs(
      reader(
        new Map([
          ["model.json", bytesOf(model)],
          ["all.bin", shard],
        ]),
      ),
      { compile: true },
    );
    expect(compiled).toMatchObject({
      optimizer: { className: "SGD", config: { learning_rate: 0.5, momentum: 0.25 } },
      loss: "mean_squared_error",
    });
  });
});

it("weights that a callback keeps come back, however many", async () => {
  const snapshot = await smallModel().snapshot();
  const kept = new Float32Array(6_500_000);
  for (let i = 0; i < kept.length; i += 7) kept[i] = i / 7;
  const fit = { epoch: 1, step: 0, epochs: 1, shuffle: true, sums: [], callbacks: [{ name: "best", state: { kept } }] };
  const progress = { ...{ seed: 1, iterations: 0, epochs: 1, winograd: true, relaxed: false }, fit };
  const again = await readTfjs(reader(writeTfjs({ ...snapshot, progress })));
  const { kept: back } = again.progress!.fit!.callbacks![0]!.state as { kept: Float32Array };
  expect(Buffer.compare(Buffer.from(back.buffer), Buffer.from(kept.buffer))).toBe(0);
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

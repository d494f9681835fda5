import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  type BaseModel,
  layers,
  loadModel,
  metrics,
  modelFromBytes,
  modelFromJSON,
  modelFromSnapshot,
  optimizers,
  Sequential,
} from "wasm-cnn";
import { readTfjs, writeTfjs } from "wasm-cnn/files/tfjs";
import { smallModel } from "../model/small.js";
import { KERAS_FILES } from "./kerasFixtures.js";

// Files of real Keras, see keras/settings.py.
const file = (name: string) => `${KERAS_FILES}settings/${name}`;
const expected = JSON.parse(readFileSync(file("expected.json"), "utf8")) as Record<string, number[]>;
const x = { data: Float32Array.from(expected.x!), shape: [4, 2] };
const y = { data: Float32Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1, 1, 0, 0), shape: [4, 3] };

async function expectPredictions(model: BaseModel, name: string): Promise<void> {
  const { data } = await model.predict(x);
  for (const [i, value] of expected[name]!.entries()) expect(data[i]).toBeCloseTo(value, 5);
}

describe("a training with Adam", () => {
  it.each(["adam.keras", "adam.keras215.h5"])("goes on from %s as in Keras, under Keras' names", async (name) => {
    const { history, after } = JSON.parse(readFileSync(file("adam.json"), "utf8")) as {
      history: Record<string, number[]>;
      after: number[][];
    };
    const model = await loadModel(file(name), { compile: true });
    const logs = (await model.fit(x, y, { shuffle: false })).history;
    expect(Object.keys(logs)).toEqual(Object.keys(history));
    for (const [key, [value]] of Object.entries(history)) expect(logs[key]![0]).toBeCloseTo(value!, 5);
    for (const [i, { data }] of model.getWeights().entries()) {
      for (const [j, value] of after[i]!.entries()) expect(data[j]).toBeCloseTo(value, 6);
    }
    // A name in capitals comes through our own files, too.
    const again = await modelFromBytes(await model.toBytes("keras"));
    expect(Object.keys(await again.evaluate(x, y))).toEqual(Object.keys(history));
  });
});

it("whole numbers that Keras wants as floats are written as such", async () => {
  const model = smallModel();
  const beta = new metrics.FBetaScore({ beta: 2 });
  model.compile({
    optimizer: new optimizers.SGD({ learningRate: 1 }),
    loss: "categoricalCrossentropy",
    metrics: [beta],
  });
  for (const format of ["keras", "h5"] as const) {
    const text = new TextDecoder("latin1").decode(await model.toBytes(format));
    for (const part of ['"learning_rate":1.0', '"momentum":0.0', '"beta":2.0', '"units":'])
      expect(text).toContain(part);
    const again = await modelFromBytes(await model.toBytes(format), format, { compile: true });
    expect(again.optimizer!.config()).toEqual(model.optimizer!.config());
  }
});

describe("settings of compile that are not supported", () => {
  const notes = [
    expect.stringMatching(/^metric: expected .*, got "Luck"; register a class of your own with registerMetric first$/),
  ];

  it.each(["sparse.keras", "sparse.h5"])("leave the model of %s as it is, not compiled, and are told", async (name) => {
    const model = await loadModel(file(name));
    expect(model.loadNotes).toEqual(notes);
    expect(Object.isFrozen(model.loadNotes)).toBe(true);
    expect(model.optimizer).toBeUndefined();
    await expectPredictions(model, "sparse");
    for (const [where, call] of [
      ["evaluate", () => model.evaluate(x, y)],
      ["fit", () => model.fit(x, y)],
    ] as const) {
      await expect(call()).rejects.toThrow(
        new RegExp(
          `^${where}: expected a compiled model, got one that is not; call compile first\n` +
            "- left out of its file: metric: ",
        ),
      );
    }
    model.compile({ optimizer: "rmsprop", loss: "categoricalCrossentropy" });
    expect((await model.evaluate(x, y)).loss).toBeGreaterThan(0);
  });

  it.each(["sparse.keras", "sparse.h5"])(
    "of %s are an error where they are asked for, and not read if not",
    async (name) => {
      const bytes = readFileSync(file(name));
      const trained = modelFromJSON({ ...(await loadModel(file(name))).toJSON() });
      trained.compile({ optimizer: "rmsprop", loss: "categoricalCrossentropy" });
      for (const load of [
        () => loadModel(file(name), { compile: true }),
        () => modelFromBytes(bytes, undefined, { compile: true }),
        () => trained.fit(x, y, { resumeFrom: file(name) }),
      ]) {
        await expect(load()).rejects.toThrow(
          /file: expected settings of compile that are supported, got:\n- metric: .*\n\(`compile: false` leaves/,
        );
      }
      const model = await loadModel(file(name), { compile: false });
      expect(model.loadNotes).toEqual([]);
      await expect(model.evaluate(x, y)).rejects.toThrow(/call compile first$/);
    },
  );

  it("of TensorFlow.js and of to_json() likewise", async () => {
    const { name, inputShape, layers } = await smallModel().snapshot();
    const files = writeTfjs({ name, inputShape, layers });
    const json = JSON.parse(new TextDecoder().decode(files.get("model.json")));
    json.trainingConfig = { optimizer_config: { class_name: "Nobody", config: {} }, loss: "regret", metrics: ["luck"] };
    files.set("model.json", new TextEncoder().encode(JSON.stringify(json)));
    const read = async (path: string) => files.get(path)!;
    const model = modelFromSnapshot(await readTfjs(read));
    expect(model.loadNotes.map((note) => note.split(":")[0])).toEqual(["optimizer", "loss", "metrics"]);
    await expect(readTfjs(read, { compile: true })).rejects.toThrow(/^model.json: expected settings of compile/);
    const config = {
      ...smallModel().toJSON(),
      compile_config: { optimizer: "nobody", loss: "regret", weighted_metrics: ["luck"] },
    };
    expect(modelFromJSON(config).loadNotes.map((note) => note.split(":")[0])).toEqual([
      "optimizer",
      "loss",
      "weighted_metrics",
    ]);
  });

  it("and such that do not fit the model leave it readable too", async () => {
    // One channel comes out: the loss takes several classes.
    const model = new Sequential([layers.conv2d({ filters: 1, kernelSize: 1, inputShape: [4, 4, 1] })]);
    const snapshot = await model.snapshot();
    const optimizer = { className: "RMSprop", config: {} };
    const compiled = { optimizer, loss: "categorical_crossentropy", metrics: [] };
    expect(() => modelFromSnapshot({ ...snapshot, compiled })).toThrow(/categoricalCrossentropy: expected outputs/);
    const json = { ...model.toJSON(), compile_config: { optimizer: "rmsprop", loss: "categorical_crossentropy" } };
    const read = modelFromJSON(json);
    expect(read.loadNotes).toEqual([expect.stringMatching(/^categoricalCrossentropy: expected outputs/)]);
    expect(read.optimizer).toBeUndefined();
  });

  it("are none where there is nothing to tell", async () => {
    const model = smallModel();
    expect(model.loadNotes).toEqual([]);
    expect((await modelFromBytes(await model.toBytes())).loadNotes).toEqual([]);
    expect((await model.snapshot()).notes).toBeUndefined();
    expect(modelFromJSON({ ...model.toJSON(), compile_config: {} }).loadNotes).toEqual([]);
  });
});

describe("a model of Keras", () => {
  it("that was compiled without an optimizer has its default", async () => {
    const model = await loadModel(file("afterRmsprop.keras"), { compile: true });
    expect(model.optimizer?.className).toBe("RMSprop");
    expect((await model.snapshot()).compiled!.state!.iterations).toBe(1);
    await expectPredictions(model, "afterRmsprop");
  });

  it("that has forgotten its optimizer does not take another one's state for the default's", async () => {
    // The momentum of SGD has the shapes of RMSprop's mean squares.
    const model = await loadModel(file("afterMomentum.keras"));
    expect(model.loadNotes).toEqual([
      'optimizer: expected settings of "sgd", of which there is a state, got none; it starts anew',
    ]);
    expect(model.optimizer?.className).toBe("RMSprop");
    const { iterations, slots } = (await model.snapshot()).compiled!.state!;
    expect(iterations).toBe(0);
    expect(slots.flatMap(({ values }) => values.flatMap((each) => [...each])).every((value) => value === 0)).toBe(true);
    await expectPredictions(model, "afterMomentum");
    await expect(loadModel(file("afterMomentum.keras"), { compile: true })).rejects.toThrow(/settings of "sgd"/);
  });

  it.each(["untrained.keras", "untrained.h5"])("that was compiled and never trained: %s", async (name) => {
    const model = await loadModel(file(name), { compile: true });
    expect(model.optimizer?.learningRate).toBe(0.25);
    expect(model.loadNotes).toEqual([]);
    await expectPredictions(model, "untrained");
    await model.fit(x, y);
  });

  it("gives its weights, whatever state its optimizer has", async () => {
    const source = await loadModel(file("untrained.keras"));
    const model = modelFromJSON(source.toJSON());
    model.compile({ optimizer: "rmsprop", loss: "categoricalCrossentropy" });
    for (const name of ["sparse.keras", "sparse.h5", "afterMomentum.keras"]) {
      await model.loadWeights(file(name));
      await expectPredictions(model, name.split(".")[0]!);
    }
  });
});

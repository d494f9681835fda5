import { describe, expect, it } from "vitest";
import { layers, RMSprop, Sequential } from "wasm-cnn";
import { SHAPE, slice, smallData, smallLayers, smallModel, weightsOf } from "./small.js";

const { x, y } = smallData(40);
const options = { optimizer: "rmsprop", loss: "categoricalCrossentropy" } as const;

describe("weights", () => {
  it("come by name, shape and numbers, in Keras' order", () => {
    const model = smallModel();
    const [, conv, , , first, last] = model.layers.map(({ name }) => name);
    expect(model.getWeights().map(({ name, shape }) => [name, shape])).toEqual([
      [`${conv}/kernel`, [3, 3, 1, 4]],
      [`${conv}/bias`, [4]],
      [`${first}/kernel`, [16, 5]],
      [`${first}/bias`, [5]],
      [`${last}/kernel`, [5, 3]],
      [`${last}/bias`, [3]],
    ]);
    expect(model.countParams()).toBe(36 + 4 + 80 + 5 + 15 + 3);
    for (const { data, shape } of model.getWeights()) expect(data).toHaveLength(shape.reduce((a, b) => a * b));
  });

  it("are copies, both ways", async () => {
    const model = smallModel();
    const before = await model.fingerprint();
    const weights = weightsOf(model);
    weights[0]!.fill(1);
    expect(await model.fingerprint()).toBe(before);
    model.setWeights(weights);
    const after = await model.fingerprint();
    weights[0]!.fill(2);
    expect(await model.fingerprint()).toBe(after);
    expect(after).not.toBe(before);
  });

  it("set anew are what predictions and training go on from", async () => {
    const [model, other] = [smallModel(), smallModel({ seed: 2 })];
    await model.predict(x);
    model.setWeights(other.getWeights());
    expect(await model.predict(x)).toEqual(await other.predict(x));
    expect(await model.trainOnBatch(x, y)).toEqual(await other.trainOnBatch(x, y));
    expect(await model.fingerprint()).toBe(await other.fingerprint());
  });

  it("fingerprint tells the smallest change, and only of weights", async () => {
    const model = smallModel();
    const weights = weightsOf(model);
    const before = await model.fingerprint();
    weights[5]![2] = 1e-45;
    model.setWeights(weights);
    const after = await model.fingerprint();
    expect(after).not.toBe(before);
    model.compile({ ...options, optimizer: new RMSprop({ learningRate: 0 }) });
    await model.trainOnBatch(x, y);
    expect(await model.fingerprint()).toBe(after);
  });
});

describe("frozen layers", () => {
  it("keep their weights, and the others train on", async () => {
    const all = smallLayers();
    all[1]!.trainable = false;
    all[5]!.trainable = false;
    const model = new Sequential(all, { seed: 1 });
    model.compile(options);
    const before = weightsOf(model);
    await model.fit(x, y, { epochs: 2 });
    const changed = weightsOf(model).map((data, i) => String(data) !== String(before[i]));
    expect(changed).toEqual([false, false, true, true, false, false]);
  });

  it("may all be frozen: training then only measures", async () => {
    const all = smallLayers();
    for (const layer of all) layer.trainable = false;
    const model = new Sequential(all, { seed: 1 });
    model.compile({ ...options, metrics: ["accuracy"] });
    const before = await model.fingerprint();
    const { loss, accuracy } = await model.evaluate(x, y);
    expect(await model.trainOnBatch(x, y)).toEqual({ loss, accuracy });
    expect(await model.fingerprint()).toBe(before);
  });

  it("are frozen and thawed at the next compile, no sooner", async () => {
    const [model, usual] = [smallModel(), smallModel()];
    model.layers[1]!.trainable = false;
    for (const each of [model, usual]) await each.fit(x, y);
    expect(weightsOf(model)).toEqual(weightsOf(usual));
    const before = weightsOf(model);
    model.compile(options);
    expect(weightsOf(model)).toEqual(before);
    await model.fit(x, y);
    expect(weightsOf(model).slice(0, 2)).toEqual(before.slice(0, 2));
    expect(weightsOf(model).slice(2)).not.toEqual(before.slice(2));
    model.layers[1]!.trainable = true;
    model.compile(options);
    await model.fit(x, y);
    expect(weightsOf(model)[0]).not.toEqual(before[0]);
  });
});

describe("compile", () => {
  it("starts the optimizer anew and leaves the weights", async () => {
    const [model, fresh] = [smallModel(), smallModel({ seed: 1 })];
    await model.trainOnBatch(x, y);
    fresh.setWeights(model.getWeights());
    model.compile({ ...options, metrics: ["accuracy"] });
    expect(weightsOf(model)).toEqual(weightsOf(fresh));
    expect(await model.trainOnBatch(x, y)).toEqual(await fresh.trainOnBatch(x, y));
    expect(weightsOf(model)).toEqual(weightsOf(fresh));
  });

  it("takes names and objects, and shows the optimizer", async () => {
    const [named, given] = [smallModel(), smallModel()];
    named.compile({ optimizer: "rmsprop", loss: "categorical_crossentropy", threads: 0 });
    const optimizer = new RMSprop();
    given.compile({ optimizer, loss: "categoricalCrossentropy", threads: "auto" });
    expect(given.optimizer).toBe(optimizer);
    expect(named.optimizer).toBeInstanceOf(RMSprop);
    for (const model of [named, given]) await model.fit(x, y);
    expect(weightsOf(named)).toEqual(weightsOf(given));
  });
});

describe("add", () => {
  it("builds what the constructor builds", async () => {
    const [whole, grown] = [smallModel(), new Sequential([], { seed: 1 })];
    for (const layer of smallLayers()) grown.add(layer);
    grown.compile({ ...options, metrics: ["accuracy"] });
    await whole.fit(x, y);
    await grown.fit(x, y);
    expect(weightsOf(grown)).toEqual(weightsOf(whole));
  });

  it("keeps the weights that are there, and asks for compile", async () => {
    const model = smallModel();
    await model.fit(x, y);
    const before = weightsOf(model);
    const outputs = await model.predict(x);
    model.add(layers.rescaling({ scale: 2 }));
    expect(weightsOf(model)).toEqual(before);
    expect((await model.predict(x)).data).toEqual(outputs.data.map((value) => 2 * value));
    await expect(model.fit(x, y)).rejects.toThrow("fit: expected a compiled model");
    expect(model.layers).toHaveLength(7);
  });
});

describe("a model of a single layer", () => {
  it("that moves nothing gives out what came in", async () => {
    const model = new Sequential([layers.flatten({ inputShape: SHAPE })]);
    const { data, shape } = await model.predict(x, { batchSize: 7 });
    expect(shape).toEqual([40, 36]);
    expect(data).toEqual(x.data);
    const bytes = Uint8Array.from({ length: 72 }, (_, i) => 3 * i);
    expect((await model.predict(bytes)).data).toEqual(Float32Array.from(bytes));
    expect(model.countParams()).toBe(0);
    expect(model.getWeights()).toEqual([]);
    expect(await model.fingerprint()).toMatch(/^e3b0c442/);
  });
});

describe("names", () => {
  it("of models are given, or count as Keras' do", () => {
    expect(new Sequential([], { name: "mine" }).name).toBe("mine");
    const [one, two] = [new Sequential().name, new Sequential().name];
    expect(one).toMatch(/^sequential(_\d+)?$/);
    expect(Number(two.split("_")[1])).toBe(Number(one.split("_")[1] ?? 0) + 1);
  });
});

describe("dispose", () => {
  it("ends the use of a model, and of no other", async () => {
    const shared = smallLayers();
    const [model, other] = [new Sequential(shared, { seed: 1 }), new Sequential(shared, { seed: 1 })];
    model.compile(options);
    await model.fit(slice(x, 0, 8), slice(y, 0, 8));
    model.dispose();
    model.dispose();
    const gone = (where: string) => new Error(`${where}: expected a model in use, got one that is disposed of`);
    await expect(model.fit(x, y)).rejects.toThrow(gone("fit"));
    await expect(model.trainOnBatch(x, y)).rejects.toThrow(gone("trainOnBatch"));
    await expect(model.evaluate(x, y)).rejects.toThrow(gone("evaluate"));
    await expect(model.predict(x)).rejects.toThrow(gone("predict"));
    expect(() => model.compile(options)).toThrow(gone("compile"));
    expect(() => model.add(layers.flatten())).toThrow(gone("add"));
    expect(() => model.getWeights()).toThrow(gone("getWeights"));
    expect(() => model.setWeights([])).toThrow(gone("setWeights"));
    expect(() => model.summary()).toThrow(gone("summary"));
    await other.predict(x);
  });
});

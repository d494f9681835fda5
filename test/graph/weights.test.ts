import { describe, expect, it } from "vitest";
import { input, layers, Model, Sequential } from "wasm-cnn";

const samples = 24;
const x = Float32Array.from({ length: samples * 6 }, (_, i) => Math.sin(1.7 * i));
const y = Float32Array.from({ length: samples * 3 }, (_, i) => Number(i % 3 === Math.floor(i / 3) % 3));

const settings = { optimizer: "rmsprop", loss: "categoricalCrossentropy", threads: 0 } as const;

function classifier(seed = 1): Sequential {
  const model = new Sequential(
    [
      layers.dense({ units: 8, activation: "relu", inputShape: [6] }),
      layers.dense({ units: 5, activation: "relu" }),
      layers.dense({ units: 3, activation: "softmax" }),
    ],
    { seed },
  );
  model.compile(settings);
  return model;
}

describe("weights belong to layers", () => {
  it("so that a model of trained layers keeps what they have learned", async () => {
    const trained = classifier();
    await trained.fit(x, y);
    const mine = new Sequential([...trained.layers.slice(0, -1), layers.dense({ units: 2, activation: "softmax" })]);
    const [theirs, ours] = [trained.getWeights(), mine.getWeights()];
    for (let i = 0; i < 4; i++) expect(ours[i]!.data).toEqual(theirs[i]!.data);
    expect(ours[4]!.data).toHaveLength(10);
  });

  it("which the first model initialises from its seed, and no later one does", () => {
    const first = classifier(1);
    const before = first.getWeights();
    const second = new Sequential(first.layers, { seed: 2 });
    expect(second.getWeights().map(({ data }) => data)).toEqual(before.map(({ data }) => data));
    expect(
      classifier(1)
        .getWeights()
        .map(({ data }) => data),
    ).toEqual(before.map(({ data }) => data));
    expect(classifier(2).getWeights()[0]!.data).not.toEqual(before[0]!.data);
  });

  it("which all models see at once: features made before the training are those of trained layers after it", async () => {
    const trained = classifier();
    const features = new Model({ inputs: trained.inputs, outputs: trained.layers[1]!.output });
    const before = await features.predict(x);
    await trained.fit(x, y, { epochs: 2 });
    const after = await features.predict(x);
    expect(after.data).not.toEqual(before.data);
    const expected = await trained.activations(x, { layers: [trained.layers[1]!.name] });
    expect(after.data).toEqual(expected[trained.layers[1]!.name]!.data);
    await trained.trainOnBatch(x, y);
    expect((await features.predict(x)).data).not.toEqual(after.data);
  });

  it("and stay when a model is disposed of", async () => {
    const trained = classifier();
    await trained.trainOnBatch(x, y);
    const features = new Sequential(trained.layers.slice(0, 2));
    const expected = trained.getWeights().slice(0, 4);
    trained.dispose();
    expect(features.getWeights().map(({ data }) => data)).toEqual(expected.map(({ data }) => data));
  });

  it("and are trained by one model after the other: as two models with copies that hand them over", async () => {
    const shared = layers.dense({ units: 8, activation: "relu", inputShape: [6] });
    const one = new Sequential([shared, layers.dense({ units: 3, activation: "softmax" })], { seed: 1 });
    const two = new Sequential([shared, layers.dense({ units: 3, activation: "softmax" })], { seed: 2 });
    const copies = [1, 2].map((seed) => {
      const model = new Sequential(
        [
          layers.dense({ units: 8, activation: "relu", inputShape: [6] }),
          layers.dense({ units: 3, activation: "softmax" }),
        ],
        { seed },
      );
      model.compile(settings);
      return model;
    });
    const first = one.getWeights();
    copies[0]!.setWeights(first);
    copies[1]!.setWeights([...first.slice(0, 2), ...two.getWeights().slice(2)]);
    one.compile(settings);
    two.compile(settings);
    for (let i = 0; i < 4; i++) {
      await [one, two][i % 2]!.trainOnBatch(x, y);
      await copies[i % 2]!.trainOnBatch(x, y);
      const other = copies[1 - (i % 2)]!;
      other.setWeights([...copies[i % 2]!.getWeights().slice(0, 2), ...other.getWeights().slice(2)]);
    }
    expect(await one.fingerprint()).toBe(await copies[0]!.fingerprint());
    expect(await two.fingerprint()).toBe(await copies[1]!.fingerprint());
  });

  it("and are not to be trained or set by others while a model trains them", async () => {
    const trained = classifier();
    const other = new Sequential(trained.layers.slice(0, 2));
    const head = new Sequential([...trained.layers.slice(0, 2), layers.dense({ units: 3, activation: "softmax" })]);
    head.compile(settings);
    let running: Promise<unknown> = Promise.resolve();
    await new Promise<void>((begun) => {
      running = trained.fit(x, y, { epochs: 3, callbacks: { onTrainBegin: () => begun() } });
    });
    await expect(head.trainOnBatch(x, y)).rejects.toThrow(/expected dense\w*|another model trains/);
    expect(() => other.setWeights(other.getWeights())).toThrow(/another model trains/);
    expect(() => trained.layers[0]!.setWeights(trained.layers[0]!.getWeights())).toThrow(/another model trains/);
    await other.predict(x);
    await running;
    other.setWeights(other.getWeights());
    await head.trainOnBatch(x, y);
  });

  it("can be read and set by layer", async () => {
    const model = classifier();
    const layer = model.getLayer(0);
    expect(layer.countParams()).toBe(56);
    const weights = layer.getWeights();
    expect(weights.map(({ name, shape }) => [name, shape])).toEqual([
      ["kernel", [6, 8]],
      ["bias", [8]],
    ]);
    layer.setWeights(weights.map(({ data }) => data.map(() => 0.5)));
    expect(model.getWeights()[0]!.data.every((value) => value === 0.5)).toBe(true);
    expect(() => layers.dense({ units: 2 }).getWeights()).not.toThrow();
    expect(() => model.getLayer("nobody")).toThrow(/expected an index or a name among/);
  });

  it("are listed without their numbers: by layer, and by place in a model", () => {
    const inside = new Sequential([layers.dense({ units: 2, inputShape: [6] }), layers.batchNormalization()], {
      name: "inside",
    });
    const model = new Sequential([inside, layers.dense({ units: 1, name: "end" })]);
    inside.layers[0]!.trainable = false;
    expect(layers.dense({ units: 2 }).weights).toEqual([]);
    expect(inside.layers[1]!.weights).toEqual([
      { name: "gamma", shape: [2], trainable: true },
      { name: "beta", shape: [2], trainable: true },
      { name: "moving_mean", shape: [2], trainable: false },
      { name: "moving_variance", shape: [2], trainable: false },
    ]);
    expect(model.weights.map(({ name }) => name)).toEqual(model.getWeights().map(({ name }) => name));
    expect(model.weights.filter(({ trainable }) => trainable).map(({ shape }) => shape)).toEqual([
      [2],
      [2],
      [2, 1],
      [1],
    ]);
    inside.trainable = false;
    expect(inside.layers[1]!.weights.some(({ trainable }) => trainable)).toBe(false);
    expect(model.weights.filter(({ trainable }) => trainable).length).toBe(2);
  });

  it("are trained where their layer and the outermost model are, as in Keras: of a frozen base some layers can be thawed", async () => {
    const base = new Sequential([
      layers.dense({ units: 4, inputShape: [6], name: "first" }),
      layers.batchNormalization(),
      layers.dense({ units: 4, name: "last" }),
    ]);
    const model = new Sequential([base, layers.dense({ units: 3, activation: "softmax", name: "end" })], { seed: 1 });
    const trained = () =>
      model.weights.filter(({ trainable }) => trainable).map(({ name }) => name.replace(/^seq.*?\//, ""));
    base.trainable = false;
    base.getLayer("last").trainable = true;
    expect(trained()).toEqual(["last/kernel", "last/bias", "end/kernel", "end/bias"]);
    model.compile(settings);
    const before = model.getWeights();
    await model.trainOnBatch(x, y);
    const changed = model.getWeights().filter(({ data }, i) => String(data) !== String(before[i]!.data));
    expect(changed.map(({ name }) => name.replace(/^seq.*?\//, ""))).toEqual(trained());
    model.trainable = false;
    base.getLayer("last").trainable = true;
    expect(trained()).toEqual([]);
  });

  it("stay as they are in frozen layers, from the next compile on", async () => {
    const model = classifier();
    model.layers[0]!.trainable = false;
    model.compile(settings);
    const before = model.getWeights();
    await model.trainOnBatch(x, y);
    const after = model.getWeights();
    expect(after[0]!.data).toEqual(before[0]!.data);
    expect(after[2]!.data).not.toEqual(before[2]!.data);
    model.trainable = false;
    expect(model.layers.every(({ trainable }) => !trainable)).toBe(true);
  });
});

describe("a layer's calls", () => {
  it("are its own in the first Sequential alone, so that its output is known", () => {
    const model = classifier();
    const { output } = model.layers[1]!;
    new Sequential(model.layers.slice(0, 2));
    expect(model.layers[1]!.output).toBe(output);
    expect(output.shape).toEqual([5]);
  });

  it("may be several: then it has no one output", () => {
    const layer = layers.dense({ units: 4 });
    expect(() => layer.output).toThrow(/expected one call of the layer, got none/);
    const a = input({ shape: [4] });
    layer.apply(layer.apply(a));
    expect(() => layer.output).toThrow(/expected one call of the layer, got 2/);
  });
});

it("a model has its own input and output, wherever it was called", () => {
  const inner = new Sequential([layers.dense({ units: 4, inputShape: [6] })]);
  const outer = input({ shape: [6] });
  inner.apply(outer);
  expect(inner.input).toBe(inner.inputs[0]);
  expect(inner.output).toBe(inner.outputs[0]);
  const mine = new Model({ inputs: inner.input, outputs: layers.dense({ units: 2 }).apply(inner.output) });
  expect(mine.outputs[0]!.shape).toEqual([2]);
  const two = new Model({ inputs: outer, outputs: [outer, layers.relu().apply(outer)] });
  expect(() => two.output).toThrow("expected one output, got 2: take outputs");
});

describe("a Sequential", () => {
  it("that stands in another model is not to be changed", () => {
    const inner = new Sequential([layers.dense({ units: 4, inputShape: [6] })]);
    inner.apply(input({ shape: [6] }));
    expect(() => inner.add(layers.dense({ units: 2 }))).toThrow(/layer of another/);
    expect(() => inner.pop()).toThrow(/layer of another/);
  });

  it("gives its last layer back", async () => {
    const model = classifier();
    await model.trainOnBatch(x, y);
    const last = model.pop();
    expect(model.layers).toHaveLength(2);
    expect((await model.predict(x)).shape).toEqual([samples, 5]);
    model.add(last);
    expect((await model.predict(x)).shape).toEqual([samples, 3]);
  });
});

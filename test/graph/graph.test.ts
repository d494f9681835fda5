import { describe, expect, it } from "vitest";
import { input, layers, Model, type NumberTensor, Sequential } from "wasm-cnn";

const samples = 20;
const numbers = (count: number, phase = 0) => Float32Array.from({ length: count }, (_, i) => Math.sin(1.3 * i + phase));
const oneHot = (classes: number) =>
  Float32Array.from({ length: samples * classes }, (_, i) => Number(i % classes === Math.floor(i / classes) % classes));

/** Two towers of shared layers, and two answers. */
function twoAndTwo(seed = 1): Model {
  const left = input({ shape: [6], name: "left" });
  const right = input({ shape: [6], name: "right" });
  const tower = new Sequential([layers.dense({ units: 5, activation: "relu" }), layers.dense({ units: 4 })], {
    name: "tower",
  });
  const [a, b] = [tower.apply(left), tower.apply(right)];
  const kind = layers.dense({ units: 3, activation: "softmax", name: "kind" }).apply(a);
  const size = layers.dense({ units: 2, activation: "softmax" }).apply(b);
  return new Model({ inputs: { left, right }, outputs: { kind, size }, seed });
}

it("is refused tensors of other sizes than its weights were made for", () => {
  const [x, y] = [input({ shape: [4] }), input({ shape: [6] })];
  const inner = new Model({ inputs: x, outputs: layers.dense({ units: 3, name: "inside" }).apply(x) });
  expect(() => inner.apply(y)).toThrow(/layer "inside": expected an input that fits its weights of shape \(4, 3\)/);
});

it("goes through records by name, as Keras does: that of layers and weights follows", () => {
  const make = (names: readonly string[]) => {
    const x = input({ shape: [4], name: "x" });
    const outputs = names.map((name) => [name, layers.dense({ units: 2, name: `${name}Layer` }).apply(x)]);
    return new Model({ inputs: x, outputs: Object.fromEntries(outputs) });
  };
  const model = make(["out", "aux"]);
  expect(model.layers.map(({ name }) => name)).toEqual(["x", "auxLayer", "outLayer"]);
  expect(model.outputNames).toEqual(["aux", "out"]);
});

const data = { left: numbers(samples * 6), right: numbers(samples * 6, 2) };
const targets = { kind: oneHot(3), size: oneHot(2) };

describe("a model with several inputs and outputs", () => {
  it("takes and gives records, and logs as Keras does", async () => {
    const model = twoAndTwo();
    model.compile({
      loss: { kind: "categoricalCrossentropy", size: "categoricalCrossentropy" },
      lossWeights: { size: 0.25 },
      metrics: { kind: ["accuracy"] },
    });
    const { history } = await model.fit(data, targets, { epochs: 2, batchSize: 10 });
    expect(Object.keys(history)).toEqual(["kind_accuracy", "kind_loss", "loss", "size_loss"]);
    for (const [i, loss] of history.loss!.entries()) {
      expect(loss).toBeCloseTo(history.kind_loss![i]! + 0.25 * history.size_loss![i]!, 6);
    }
    const outputs = await model.predict<Record<"kind" | "size", NumberTensor>>(data);
    expect(Object.keys(outputs)).toEqual(["kind", "size"]);
    expect(outputs.size.shape).toEqual([samples, 2]);
  });

  it.each(["loss", "lossWeights", "metrics"])("refuses a list of what belongs to outputs: %s", (option) => {
    const loss = { kind: "categoricalCrossentropy" } as const;
    const settings = { loss, [option]: option === "lossWeights" ? [1, 2] : ["mse", "mse"] };
    const message = `compile.${option}: expected an object by name of the output, kind, size, got `;
    expect(() => twoAndTwo().compile(settings as never)).toThrow(message);
  });

  it("does not look at targets and weights of outputs without a loss or metrics", async () => {
    const [plain, more] = [twoAndTwo(), twoAndTwo()];
    for (const model of [plain, more]) model.compile({ loss: { kind: "categoricalCrossentropy" }, optimizer: "sgd" });
    const sampleWeight = { kind: numbers(samples, 3).map(Math.abs) };
    const all = { ...sampleWeight, size: new Float32Array(1) };
    const expected = await plain.fit(data, { kind: targets.kind }, { sampleWeight, batchSize: 10 });
    expect((await more.fit(data, targets, { sampleWeight: all, batchSize: 10 })).history).toEqual(expected.history);
    await expect(more.evaluate(data, { ...targets, sizes: targets.size })).rejects.toThrow(
      'evaluate: y: expected names among "kind", "size", got "sizes"',
    );
  });

  it("names shared weights once, at their first place", () => {
    expect(
      twoAndTwo()
        .getWeights()
        .map(({ name }) => name.replace(/dense(_\d+)?/, "dense")),
    ).toEqual([
      "tower/dense/kernel",
      "tower/dense/bias",
      "tower/dense/kernel",
      "tower/dense/bias",
      "kind/kernel",
      "kind/bias",
      "dense/kernel",
      "dense/bias",
    ]);
  });

  it("gives the same bits for every number of threads", async () => {
    const prints: string[] = [];
    for (const threads of [0, 1, 3]) {
      const model = twoAndTwo();
      model.compile({ loss: "categoricalCrossentropy", threads });
      await model.fit(data, targets, { epochs: 2, batchSize: 7 });
      prints.push(await model.fingerprint());
      model.dispose();
    }
    expect(new Set(prints).size).toBe(1);
  });

  it("refuses data that is missing, unknown or of another count", async () => {
    const model = twoAndTwo();
    model.compile({ loss: "categoricalCrossentropy" });
    await expect(model.fit(data.left, targets)).rejects.toThrow(
      /expected an object with samples by name, "left", "right"/,
    );
    await expect(model.fit({ left: data.left }, targets)).rejects.toThrow(/expected samples for "right", got none/);
    await expect(model.fit({ ...data, middle: data.left }, targets)).rejects.toThrow(
      /names among "left", "right", got "middle"/,
    );
    await expect(model.fit({ ...data, right: numbers(6) }, targets)).rejects.toThrow(/as many samples of each/);
    await expect(model.fit(data, { kind: targets.kind })).rejects.toThrow(/expected samples for "size", got none/);
    expect(() => model.compile({ loss: { nobody: "categoricalCrossentropy" } })).toThrow(
      /names of outputs, kind, size/,
    );
  });
});

describe("a graph", () => {
  it("sums the gradients of a value that is used twice, and of a layer that is called twice", async () => {
    // y = W (W x): against a numerical derivative of the loss.
    const x = input({ shape: [3] });
    const twice = layers.dense({ units: 3, useBias: false });
    const out = layers.dense({ units: 2, activation: "softmax", useBias: false }).apply(twice.apply(twice.apply(x)));
    const model = new Model({ inputs: x, outputs: out, seed: 3 });
    model.compile({ loss: "categoricalCrossentropy", threads: 0 });
    const [xs, ys] = [numbers(6), Float32Array.of(1, 0, 0, 1)];
    const weights = model.getWeights();
    const lossAt = async (delta: number, index: number) => {
      const changed = weights.map(({ data }) => data.slice());
      changed[0]![index]! += delta;
      model.setWeights(changed);
      return (await model.evaluate(xs, ys)).loss;
    };
    const expected: number[] = [];
    for (let i = 0; i < 9; i++) expected.push(((await lossAt(1e-2, i)) - (await lossAt(-1e-2, i))) / 2e-2);
    // One step of RMSprop moves each weight by lr * g / sqrt(0.1 g^2 + eps): its direction is the gradient's.
    model.setWeights(weights);
    await model.trainOnBatch(xs, ys);
    const moved = model.getWeights()[0]!.data.map((value, i) => value - weights[0]!.data[i]!);
    for (const [i, gradient] of expected.entries()) {
      if (Math.abs(gradient) > 1e-3) expect(Math.sign(moved[i]!)).toBe(-Math.sign(gradient));
    }
  });

  it("has only the layers between inputs and outputs, in Keras' order", () => {
    const x = input({ shape: [4], name: "x" });
    const a = layers.dense({ units: 4, name: "a" });
    const b = layers.dense({ units: 4, name: "b" });
    const c = layers.dense({ units: 4, name: "c" });
    const y = a.apply(x);
    c.apply(y);
    const model = new Model({ inputs: x, outputs: b.apply(y) });
    expect(model.layers.map(({ name }) => name)).toEqual(["x", "a", "b"]);
  });

  it("begins at any tensor", async () => {
    const whole = new Sequential([
      layers.dense({ units: 5, activation: "relu", inputShape: [4] }),
      layers.dense({ units: 3 }),
    ]);
    const tail = new Model({ inputs: whole.layers[0]!.output, outputs: whole.layers[1]!.output });
    const x = numbers(8);
    const middle = (await whole.activations(x, { layers: [whole.layers[0]!.name] }))[whole.layers[0]!.name]!;
    expect((await tail.predict(middle)).data).toEqual((await whole.predict(x)).data);
  });

  it("refuses outputs that do not come from its inputs, names used twice and what are no tensors", () => {
    const [a, b] = [input({ shape: [2], name: "a" }), input({ shape: [2], name: "b" })];
    const out = layers.dense({ units: 2, name: "out" }).apply(a);
    expect(() => new Model({ inputs: b, outputs: out })).toThrow(/also needs "a"; give that as an input too/);
    const twin = layers.dense({ units: 2, name: "out" }).apply(a);
    expect(() => new Model({ inputs: a, outputs: [out, twin] })).toThrow(/"out" for two/);
    expect(() => new Model({ inputs: a, outputs: [out, out] })).toThrow(/expected each name once, got "out" twice/);
    expect(() => layers.dense({ units: 2 }).apply(new Float32Array(2) as never)).toThrow(
      /numbers go to predict and fit/,
    );
    expect(() => layers.conv2d({ filters: 1, kernelSize: 3 }).apply(out)).toThrow(/shapes: a \(2,\) -> out \(2,\)/);
  });

  it("keeps the bits of the chain that it is", async () => {
    const make = () => [
      layers.conv2d({ filters: 4, kernelSize: 3, activation: "relu" }),
      layers.maxPooling2d(),
      layers.flatten(),
      layers.dense({ units: 3, activation: "softmax" }),
    ];
    const chain = new Sequential(make(), { seed: 5 });
    const x = input({ shape: [8, 8, 2] });
    const graph = new Model({ inputs: x, outputs: make().reduce((t, layer) => layer.apply(t), x), seed: 5 });
    const xs = { data: numbers(samples * 128), shape: [samples, 8, 8, 2] };
    for (const model of [chain, graph]) {
      model.compile({ loss: "categoricalCrossentropy" });
      await model.fit(xs, oneHot(3), { batchSize: 8, epochs: 2 });
    }
    expect(await graph.fingerprint()).toBe(await chain.fingerprint());
  });
});

describe("open sizes", () => {
  it("take images of every size, each with the bits of a model of that size", async () => {
    const image = input({ shape: [null, null, 2] });
    const conv = layers.conv2d({ filters: 3, kernelSize: 3, padding: "same", activation: "relu" });
    const open = new Model({ inputs: image, outputs: layers.maxPooling2d().apply(conv.apply(image)), seed: 1 });
    expect(open.outputs[0]!.shape).toEqual([null, null, 3]);
    for (const size of [4, 6, 9, 4]) {
      const x = { data: numbers(2 * size * size * 2), shape: [2, size, size, 2] };
      const fixed = new Sequential([conv, layers.maxPooling2d()]);
      const { data, shape } = await open.predict(x);
      expect(shape).toEqual([2, Math.floor(size / 2), Math.floor(size / 2), 3]);
      expect(data).toEqual((await fixed.predict(x)).data);
    }
  });

  it("are refused where weights depend on them", () => {
    const image = input({ shape: [null, 4, 1] });
    const flat = layers.flatten().apply(image);
    expect(() => layers.dense({ units: 2 }).apply(flat)).toThrow(
      /expected an input whose sizes decide the shape of kernel/,
    );
  });
});

import { describe, expect, it } from "vitest";
import { layers, Sequential } from "wasm-cnn";
import { philox4x32 } from "../../reference/philox.js";
import { random } from "../../reference/random.js";
import { type Tensor, tensor } from "../../reference/tensor.js";
import { expectGradients } from "../expectGradients.js";
import { runLayer } from "../harness.js";
import { DROPOUT_PURPOSE, Dropout } from "./dropout.js";

interface Keys {
  readonly seed?: number;
  readonly position?: number;
  readonly iterations?: number;
}

/** What dropout makes of x, element by element, from the definition of its random numbers. */
function expected({ shape, data }: Tensor, rate: number, { seed = 1, position = 0, iterations = 0 }: Keys) {
  const size = data.length / shape[0]!;
  const key = [seed >>> 0, Math.floor(seed / 2 ** 32)] as const;
  const scale = Math.fround(1 / Math.fround(1 - Math.fround(rate)));
  return Float32Array.from(data, (value, i) => {
    const element = i % size;
    const block = Math.floor(i / size) * Math.ceil(size / 4) + Math.floor(element / 4);
    const word = philox4x32([block, DROPOUT_PURPOSE, position, iterations], key)[element % 4]!;
    return (word >>> 8) / 2 ** 24 >= Math.fround(rate) ? value * scale : 0;
  });
}

describe("dropout", () => {
  const x = random(1).tensor([5, 3, 7]);
  const dy = random(2).tensor([5, 3, 7]);

  it.each([1, 2, 3, 4, 5])("has the same mask in shards of %i, forward and backward", async (shardSamples) => {
    const keys = { seed: 2 ** 32 + 5, position: 3, iterations: 17 };
    const run = await runLayer(new Dropout(0.3), { x, dy, shardSamples, ...keys });
    expect(run.y).toEqual(expected(x, 0.3, keys));
    expect(run.dx).toEqual(expected(dy, 0.3, keys));
  });

  it("drops about the share it is told to, and scales the rest", async () => {
    const ones = tensor([40, 100], new Float64Array(4000).fill(1));
    const { y } = await runLayer(new Dropout(0.25), { x: ones, shardSamples: 7 });
    expect(new Set(y)).toEqual(new Set([0, Math.fround(4 / 3)]));
    const dropped = y.filter((value) => value === 0).length / y.length;
    expect(Math.abs(dropped - 0.25)).toBeLessThan(0.03);
  });

  it.each<Keys>([{ seed: 2 }, { seed: 1 + 2 ** 32 }, { position: 1 }, { iterations: 1 }])(
    "has another mask for %j",
    async (keys) => {
      const [one, other] = [await runLayer(new Dropout(0.5), { x }), await runLayer(new Dropout(0.5), { x, ...keys })];
      expect(other.y).toEqual(expected(x, 0.5, keys));
      expect(other.y).not.toEqual(one.y);
    },
  );

  it("gives a sample the same mask in a shorter batch", async () => {
    const short = await runLayer(new Dropout(0.5), { x: tensor([2, 3, 7], x.data.subarray(0, 42)) });
    const long = await runLayer(new Dropout(0.5), { x });
    expect(short.y).toEqual(long.y.subarray(0, 42));
  });

  it("has the gradient of its forward pass", async () => {
    await expectGradients(new Dropout(0.5), [3, 6]);
  });

  it("is the identity at inference", async () => {
    const { y } = await runLayer(new Dropout(0.5), { x, training: false });
    expect(y).toEqual(Float32Array.from(x.data));
  });
});

describe("dropout in a model", () => {
  const make = () =>
    new Sequential(
      [
        new Dropout(0.2),
        layers.dense({ units: 9, activation: "relu" }),
        new Dropout(0.5),
        layers.dense({ units: 3, activation: "softmax" }),
      ],
      { seed: 4 },
    );
  const values = random(3);
  const x = { data: Float32Array.from(values.tensor([40, 6]).data), shape: [40, 6] };
  const y = values.oneHot(40, 3);

  it("changes nothing that is predicted", async () => {
    const model = make();
    const plain = new Sequential([
      layers.dense({ units: 9, activation: "relu" }),
      layers.dense({ units: 3, activation: "softmax" }),
    ]);
    const predicted = await model.predict(x);
    await plain.predict(x);
    plain.setWeights(model.getWeights());
    expect(await plain.predict(x)).toEqual(predicted);
  });

  it("follows the step, so that two calls of fit equal one", async () => {
    const compile = (model: Sequential) =>
      model.compile({ optimizer: "rmsprop", loss: "categoricalCrossentropy", metrics: ["accuracy"] });
    const [once, twice, plain] = [make(), make(), make()];
    for (const model of [once, twice, plain]) compile(model);
    await once.fit(x, y, { epochs: 3, batchSize: 16 });
    await twice.fit(x, y, { epochs: 1, batchSize: 16 });
    await twice.fit(x, y, { epochs: 2, batchSize: 16 });
    await plain.fit(x, y, { epochs: 1, batchSize: 16 });
    expect(await twice.fingerprint()).toBe(await once.fingerprint());
    expect(await plain.fingerprint()).not.toBe(await once.fingerprint());
  });
});

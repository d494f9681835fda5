import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import {
  Layer,
  type LayerConfig,
  layers,
  type ProgramBuilder,
  type Recorded,
  type Region,
  Sequential,
  type Shape,
} from "wasm-cnn";
import { glorotUniformLimit } from "../reference/glorotUniform.js";
import { philox4x32 } from "../reference/philox.js";
import { inOrder, slice, smallData, smallModel, weightsOf } from "./small.js";

const { x, y } = smallData(70);

describe("the same seed gives the same bits", () => {
  it("of the initial weights, which follow from the seed and the place in the model", () => {
    const seed = 2 ** 40 + 7;
    const model = smallModel({ seed });
    const placed = [
      { layer: 1, weight: 0, shape: [3, 3, 1, 4] },
      { layer: 4, weight: 0, shape: [16, 5] },
      { layer: 5, weight: 0, shape: [5, 3] },
    ];
    const kernels = model.getWeights().filter(({ name }) => name.endsWith("/kernel"));
    for (const [i, { layer, weight, shape }] of placed.entries()) {
      const limit = Math.fround(glorotUniformLimit(shape));
      const scale = Math.fround((2 * limit) / 2 ** 24);
      const expected = kernels[i]!.data.map((_, j) => {
        const block = philox4x32([Math.floor(j / 4), 1, layer, weight], [seed >>> 0, 2 ** 8]);
        return Math.fround(Math.fround((block[j % 4]! >>> 8) * scale) - limit);
      });
      expect(kernels[i]!.shape).toEqual(shape);
      expect(kernels[i]!.data).toEqual(expected);
    }
  });

  it("whatever else the process has done", async () => {
    const fingerprints = [];
    for (const seed of [1, 1, 2]) {
      const model = smallModel({ seed });
      await model.fit(x, y, { epochs: 2 });
      fingerprints.push(await model.fingerprint());
      smallModel({ seed: 99 });
    }
    expect(fingerprints[1]).toBe(fingerprints[0]);
    expect(fingerprints[2]).not.toBe(fingerprints[0]);
    expect(fingerprints[0]).toMatch(/^[0-9a-f]{64}$/);
  });

  it("in processes of their own, and for models that train side by side in one process", async () => {
    const train = async (...seeds: number[]) => {
      const script = fileURLToPath(new URL("trainSmall.mjs", import.meta.url));
      const { stdout } = await promisify(execFile)(process.execPath, [script, ...seeds.map(String)]);
      return JSON.parse(stdout) as unknown[];
    };
    const [one, again, other, both] = await Promise.all([train(1), train(1), train(2), train(1, 2)]);
    expect(again).toEqual(one);
    expect(other).not.toEqual(one);
    expect(both).toEqual([...one, ...other]);
  });

  it("for 2 and then 3 epochs as for 5", async () => {
    const [once, twice] = [smallModel(), smallModel()];
    const whole = await once.fit(x, y, { epochs: 5, batchSize: 16 });
    const first = await twice.fit(x, y, { epochs: 2, batchSize: 16 });
    const second = await twice.fit(x, y, { epochs: 5, initialEpoch: 2, batchSize: 16 });
    expect(await twice.fingerprint()).toBe(await once.fingerprint());
    expect([...first.history.loss!, ...second.history.loss!]).toEqual(whole.history.loss);
    expect([...first.epoch, ...second.epoch]).toEqual(whole.epoch);
  });
});

describe("shuffle", () => {
  it("false takes the samples in their order", async () => {
    const [fitted, stepped] = [smallModel(), smallModel()];
    await fitted.fit(slice(x, 0, 64), slice(y, 0, 64), { batchSize: 16, shuffle: false });
    for (let i = 0; i < 64; i += 16) await stepped.trainOnBatch(slice(x, i, i + 16), slice(y, i, i + 16));
    expect(weightsOf(fitted)).toEqual(weightsOf(stepped));
  });

  it("takes them in an order that follows from the seed and the epoch", async () => {
    const [fitted, stepped] = [smallModel({ seed: 5 }), smallModel({ seed: 5 })];
    await fitted.fit(slice(x, 0, 64), slice(y, 0, 64), { batchSize: 16, epochs: 2 });
    const orders = [0, 1].map((epoch) => shuffled(64, 5, epoch));
    expect(orders[0]).not.toEqual(orders[1]);
    for (const order of orders) {
      for (let i = 0; i < 64; i += 16) {
        const part = order.slice(i, i + 16);
        await stepped.trainOnBatch(inOrder(x, part), inOrder(y, part));
      }
    }
    expect(weightsOf(fitted)).toEqual(weightsOf(stepped));
  });

  it("takes each sample once, also where there are thousands", async () => {
    const count = 2500;
    const inputs = { data: Float32Array.from({ length: count }, (_, i) => i / count), shape: [count, 1] };
    const targets = { data: Float32Array.from({ length: 2 * count }, (_, i) => (i % 3) % 2), shape: [count, 2] };
    const make = () => {
      const model = new Sequential([layers.dense({ units: 2, activation: "softmax", inputShape: [1] })], { seed: 3 });
      model.compile({ optimizer: "rmsprop", loss: "categoricalCrossentropy" });
      return model;
    };
    const [fitted, stepped] = [make(), make()];
    await fitted.fit(inputs, targets, { batchSize: count });
    const order = shuffled(count, 3, 0);
    expect(new Set(order).size).toBe(count);
    await stepped.trainOnBatch(inOrder(inputs, order), inOrder(targets, order));
    expect(weightsOf(fitted)).toEqual(weightsOf(stepped));
  });
});

/** Fisher and Yates' shuffle from the end, from the words of the stream (purpose 2, epoch). */
function shuffled(count: number, seed: number, epoch: number): number[] {
  const order = Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1, used = 0; i > 0; i--, used++) {
    const word = philox4x32([Math.floor(used / 4), 2, epoch, 0], [seed, 0])[used % 4]!;
    const j = Number((BigInt(word) * BigInt(i + 1)) >> 32n);
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}

describe("a sample gets the same bits", () => {
  it("from predict in every batch and at every place in it", async () => {
    const model = smallModel();
    const { data } = await model.predict(x, { batchSize: 70 });
    expect(new Set(data).size).toBeGreaterThan(70);
    for (const batchSize of [1, 2, 3, 7, 8, 32, 64, 1000]) {
      expect((await model.predict(x, { batchSize })).data, `batchSize ${batchSize}`).toEqual(data);
    }
    const backwards = Array.from({ length: 70 }, (_, i) => 69 - i);
    expect((await model.predict(inOrder(x, backwards))).data).toEqual(
      inOrder({ data, shape: [70, 3] }, backwards).data,
    );
  });

  it("from evaluate in every batch", async () => {
    const model = smallModel();
    const logs = await model.evaluate(x, y, { batchSize: 70 });
    for (const batchSize of [1, 3, 8, 32, 1000]) expect(await model.evaluate(x, y, { batchSize })).toEqual(logs);
  });

  it("from one model that takes batches of all sizes as from models that take one", async () => {
    const [images, labels] = [smallData(1000).x, smallData(1000).y];
    const of = (count: number) => [slice(images, 0, count), slice(labels, 0, count)] as const;
    const model = smallModel();
    const predicted = await model.predict(of(8)[0]);
    const first = await model.trainOnBatch(...of(64));
    const after64 = weightsOf(model);
    const second = await model.trainOnBatch(...of(3));
    const evaluated = await model.evaluate(images, labels, { batchSize: 1000 });

    const [predicting, training, evaluating] = [smallModel(), smallModel(), smallModel({ seed: 2 })];
    expect(await predicting.predict(of(8)[0])).toEqual(predicted);
    expect(await training.trainOnBatch(...of(64))).toEqual(first);
    expect(weightsOf(training)).toEqual(after64);
    expect(await training.trainOnBatch(...of(3))).toEqual(second);
    expect(weightsOf(training)).toEqual(weightsOf(model));
    evaluating.setWeights(model.getWeights());
    expect(await evaluating.evaluate(images, labels, { batchSize: 1000 })).toEqual(evaluated);
  });
});

describe("shards", () => {
  /** Notes for what size of shards it is recorded. */
  class Spy extends Layer {
    constructor(readonly sizes: number[]) {
      super("Spy", {});
    }

    outputShape([input]: readonly Shape[]): Shape {
      return input!;
    }

    record(program: ProgramBuilder, inputs: readonly Region[]): Recorded {
      this.sizes.push(program.shardSamples);
      return { outputs: inputs };
    }

    config(): LayerConfig {
      return {};
    }
  }

  it.each([
    { batchSize: 64, side: 6, expected: 8 },
    { batchSize: 70, side: 6, expected: 9 },
    { batchSize: 8, side: 6, expected: 1 },
    { batchSize: 3, side: 6, expected: 1 },
    // The input and three outputs of 100 x 100 floats are 160,000 bytes a sample: 3 of them stay below half a megabyte.
    { batchSize: 64, side: 100, expected: 3 },
  ])("follow from the batch size that was asked for: $batchSize, $side", async ({ batchSize, side, expected }) => {
    const sizes: number[] = [];
    const model = new Sequential([
      layers.rescaling({ scale: 1, inputShape: [side, side, 1] }),
      new Spy(sizes),
      layers.flatten(),
      layers.dense({ units: 2, activation: "softmax" }),
    ]);
    model.compile({ optimizer: "rmsprop", loss: "categoricalCrossentropy" });
    const images = new Float32Array(5 * side * side);
    const classes = Float32Array.from({ length: 10 }, (_, i) => i % 2);
    // The batches are shorter than that, as a last batch may be.
    await model.fit(images, classes, { batchSize });
    await model.evaluate(images, classes, { batchSize });
    await model.predict(images, { batchSize });
    expect(sizes).toEqual([expected, expected, expected]);
  });
});

describe("the seed", () => {
  it("is drawn where none is given, and reported", async () => {
    const [one, two] = [smallModel({}), smallModel({})];
    expect(Number.isSafeInteger(one.seed)).toBe(true);
    expect(one.seed).not.toBe(two.seed);
    const same = smallModel({ seed: one.seed });
    expect(weightsOf(same)).toEqual(weightsOf(one));
    await one.fit(x, y);
    await same.fit(x, y);
    expect(await same.fingerprint()).toBe(await one.fingerprint());
  });
});

import { describe, expect, it } from "vitest";
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

  it("for models that train side by side", async () => {
    const train = async (seed: number) => {
      const model = smallModel({ seed });
      const { history } = await model.fit(x, y, { epochs: 2, batchSize: 16 });
      return [await model.fingerprint(), history.loss];
    };
    const [one, other] = [await train(1), await train(2)];
    expect(await Promise.all([train(1), train(2)])).toEqual([one, other]);
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

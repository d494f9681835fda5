import { describe, expect, it } from "vitest";
import { layers, Sequential } from "wasm-cnn";
import { expectClose } from "../expectClose.js";
import { groupsOf, normalizationBackward, normalizationForward } from "../reference/normalization.js";
import { random } from "../reference/random.js";
import { tensor } from "../reference/tensor.js";
import { tolerances } from "../tolerances.js";
import { expectGradients } from "./expectGradients.js";
import { runLayer } from "./harness.js";

const MOMENTUM = 0.9;
const CHANNELS = 6;

const make = (options = {}) => layers.batchNormalization({ momentum: MOMENTUM, ...options });
const values = random(5);
const x = values.tensor([5, 2, 3, CHANNELS]);
const dy = values.tensor(x.shape);
const gamma = values.tensor([CHANNELS]);
const beta = values.tensor([CHANNELS]);
const moving = [values.tensor([CHANNELS]), tensor([CHANNELS], [0.5, 1, 2, 0.1, 3, 0.25])] as const;
const weights = [gamma, beta, ...moving].map(({ data }) => data);
const channel = (i: number) => i % CHANNELS;
const reference = { x, gamma, beta, groupOf: channel, parameterOf: channel, epsilon: 1e-3 };

describe("batchNormalization", () => {
  it("meets all shards of the batch with any number of threads, the last one short", async () => {
    for (const shardSamples of [1, 2, 3]) {
      const alone = await runLayer(make(), { x, dy, weights, shardSamples });
      for (const threads of [1, 3]) {
        expect(await runLayer(make(), { x, dy, weights, shardSamples, threads })).toEqual(alone);
      }
    }
  });

  it("computes the same bits in shards of any size: those of the reference", async () => {
    const whole = await runLayer(make(), { x, dy, weights });
    const { dx, dgamma, dbeta } = normalizationBackward(reference, dy);
    for (const shardSamples of [1, 2, 3, 4, 5]) {
      const run = await runLayer(make(), { x, dy, weights, shardSamples });
      const where = `in shards of ${shardSamples}`;
      expect(run, where).toEqual(whole);
      expectClose(run.y, normalizationForward(reference).data, tolerances.layer, `y ${where}`);
      expectClose(run.dx, dx.data, tolerances.layer, `dx ${where}`);
      expectClose(run.dweights[0]!, dgamma.data, tolerances.layer, `dgamma ${where}`);
      expectClose(run.dweights[1]!, dbeta.data, tolerances.layer, `dbeta ${where}`);
    }
    await expectGradients(make(), [4, 3], { shardSamples: 1 });
  });

  it("moves its statistics once a step", async () => {
    const run = await runLayer(make(), { x, dy, weights, shardSamples: 2 });
    const groups = groupsOf(reference);
    for (const [i, batch] of [groups.map(({ mean }) => mean), groups.map(({ squares }) => squares)].entries()) {
      const expected = batch.map((value, c) => MOMENTUM * moving[i]!.data[c]! + (1 - MOMENTUM) * value);
      expectClose(run.weights[2 + i]!, expected, tolerances.layer, `moving statistics ${i}`);
    }
    expect(run.weights.slice(0, 2)).toEqual([gamma, beta].map(({ data }) => Float32Array.from(data)));
  });

  it("takes the moving statistics at inference, where it is frozen, and where a call asks for inference", async () => {
    const [mean, variance] = moving;
    const statistics = Array.from(mean.data, (value, c) => {
      const squares = variance.data[c]!;
      return { size: 1, mean: value, squares, inverse: 1 / Math.sqrt(squares + reference.epsilon) };
    });
    const expected = normalizationForward(reference, statistics).data;
    const inference = await runLayer(make(), { x, weights, shardSamples: 2, training: false });
    expectClose(inference.y, expected, tolerances.layer, "y");
    const frozen = await runLayer(make({ trainable: false }), { x, dy, weights, shardSamples: 2 });
    const called = await runLayer(make(), { x, dy, weights, shardSamples: 2, inference: true });
    for (const run of [frozen, called]) {
      expect(run.y).toEqual(inference.y);
      expect(run.weights).toEqual(inference.weights);
      const dx = dy.data.map((value, i) => value * gamma.data[channel(i)]! * statistics[channel(i)]!.inverse);
      expectClose(run.dx, dx, tolerances.layer, "dx");
    }
    expect(frozen.dweights.every(({ length }) => length === 0)).toBe(true);
    expect(called.dweights.map(({ length }) => length)).toEqual([CHANNELS, CHANNELS, 0, 0]);
  });
});

describe("batchNormalization checks its options", () => {
  it("has Keras' defaults", () => {
    expect(JSON.parse(JSON.stringify(layers.batchNormalization().config()))).toEqual({
      axis: -1,
      momentum: 0.99,
      epsilon: 0.001,
      center: true,
      scale: true,
      beta_initializer: { class_name: "Zeros", config: {} },
      gamma_initializer: { class_name: "Ones", config: {} },
      beta_regularizer: null,
      gamma_regularizer: null,
      beta_constraint: null,
      gamma_constraint: null,
      moving_mean_initializer: { class_name: "Zeros", config: {} },
      moving_variance_initializer: { class_name: "Ones", config: {} },
      synchronized: false,
      renorm: false,
      renorm_momentum: 0.99,
    });
  });

  it.each([
    [{ axis: 1.5 }, RangeError, "batchNormalization.axis: expected an integer"],
    [{ momentum: 1.5 }, RangeError, "batchNormalization.momentum: expected a finite number from 0 to 1, got 1.5"],
    [{ epsilon: -1 }, RangeError, "batchNormalization.epsilon: expected a finite number >= 0, got -1"],
    [{ renorm: true }, RangeError, "batchNormalization.renorm: expected false (no renormalization), got true"],
    [{ center: 0 }, TypeError, "batchNormalization.center: expected true or false, got 0"],
  ])("refuses %j", (options, kind, message) => {
    const build = () => layers.batchNormalization(options as never);
    expect(build).toThrow(kind);
    expect(build).toThrow(message);
  });

  it("refuses axes that are not there", () => {
    expect(() => layers.batchNormalization({ axis: 4 }).outputShape([[4, 4, 3]])).toThrow(
      new RangeError("expected axes from 1 to 3 or from -3 to -1, each once (0 is the batch), got 4"),
    );
    expect(() => layers.batchNormalization({ axis: 0 }).outputShape([[4, 4, 3]])).toThrow(/0 is the batch/);
    expect(layers.batchNormalization({ axis: 3 }).outputShape([[4, 4, 3]])).toEqual([4, 4, 3]);
  });
});

describe("batchNormalization in a model", () => {
  const makeModel = (options = {}) => {
    const model = new Sequential(
      [
        layers.conv2d({ filters: 6, kernelSize: 3, inputShape: [6, 6, 1] }),
        make(options),
        layers.flatten(),
        layers.dense({ units: 3, activation: "softmax" }),
      ],
      { seed: 9 },
    );
    model.compile({ optimizer: "rmsprop", loss: "categoricalCrossentropy", metrics: ["accuracy"] });
    return model;
  };
  const images = { data: Float32Array.from(random(6).tensor([70, 6, 6, 1]).data), shape: [70, 6, 6, 1] };
  const labels = random(7).oneHot(70, 3);
  const statisticsOf = (model: Sequential) => model.getWeights().filter(({ name }) => name.includes("/moving_"));

  it("trains, and predicts the same for every batch size and at any moment", async () => {
    const [model, undisturbed] = [makeModel(), makeModel()];
    const options = { epochs: 3, batchSize: 32 };
    const before = await model.evaluate(images, labels);
    const onBatchEnd = async () => {
      await model.predict(images, { batchSize: 64 });
    };
    await model.fit(images, labels, { ...options, callbacks: { onBatchEnd } });
    await undisturbed.fit(images, labels, options);
    expect(await model.fingerprint()).toBe(await undisturbed.fingerprint());
    expect((await model.evaluate(images, labels)).loss).toBeLessThan(before.loss);
    const whole = await model.predict(images, { batchSize: 70 });
    for (const batchSize of [1, 9, 64]) expect(await model.predict(images, { batchSize })).toEqual(whole);
  });

  it("counts its statistics among the weights, but not those that the optimizer changes", async () => {
    const model = makeModel();
    expect(model.getWeights().map(({ name }) => name.split("/")[1])).toEqual([
      ...["kernel", "bias", "gamma", "beta", "moving_mean", "moving_variance", "kernel", "bias"],
    ]);
    const [mean, variance] = statisticsOf(model).map(({ data }) => [...data]);
    expect([mean, variance]).toEqual([Array(6).fill(0), Array(6).fill(1)]);
    await model.trainOnBatch(images, labels);
    const after = statisticsOf(model).map(({ data }) => [...data]);
    expect(after[0]).not.toEqual(mean);
    // One step can take away a tenth at most.
    for (const value of after[1]!) expect(value).toBeGreaterThanOrEqual(Math.fround(MOMENTUM));
  });

  it("leaves its statistics alone in a step that fails or is given up", async () => {
    const model = makeModel();
    await model.trainOnBatch(images, labels);
    const before = await model.fingerprint();
    const huge = { ...images, data: images.data.map((value) => value * 3e38) };
    await expect(model.trainOnBatch(huge, labels)).rejects.toThrow(/^trainOnBatch: expected finite numbers/);
    expect(await model.fingerprint()).toBe(before);

    const abort = new AbortController();
    const onBatchBegin = () => abort.abort(new Error("enough"));
    await expect(model.fit(images, labels, { signal: abort.signal, callbacks: { onBatchBegin } })).rejects.toThrow(
      "enough",
    );
    expect(await model.fingerprint()).toBe(before);
  });

  it("keeps them where it is frozen", async () => {
    const model = makeModel({ trainable: false });
    const before = statisticsOf(model);
    await model.fit(images, labels);
    expect(statisticsOf(model)).toEqual(before);
  });

  it("trains batches of different sizes one after the other", async () => {
    const few = [
      { data: images.data.slice(0, 3 * 36), shape: [3, 6, 6, 1] },
      { data: labels.data.slice(0, 3 * 3), shape: [3, 3] },
    ] as const;
    const [model, fresh] = [makeModel(), makeModel()];
    await model.trainOnBatch(images, labels);
    const weights = model.getWeights();
    await model.trainOnBatch(...few);
    expect(model.getWeights()).not.toEqual(weights);
    await fresh.trainOnBatch(images, labels);
    await fresh.evaluate(images, labels, { batchSize: 70 });
    await fresh.trainOnBatch(...few);
    expect(await fresh.fingerprint()).toBe(await model.fingerprint());
  });
});

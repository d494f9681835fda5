import { describe, expect, it } from "vitest";
import { layers, Sequential } from "wasm-cnn";
import { expectClose } from "../../expectClose.js";
import { dot, finiteDifference } from "../../reference/finiteDifference.js";
import { random } from "../../reference/random.js";
import { dimensions2, type Tensor, tensor } from "../../reference/tensor.js";
import { tolerances } from "../../tolerances.js";
import { expectGradients } from "../expectGradients.js";
import { runLayer } from "../harness.js";
import { BatchNorm, EPSILON, MOMENTUM } from "./batchNorm.js";

/** x (..., channels); gamma, beta, mean and variance (channels). */
interface Inputs {
  readonly x: Tensor;
  readonly gamma: Tensor;
  readonly beta: Tensor;
}

function statistics(x: Tensor) {
  const [rows, channels] = dimensions2(x);
  const column = (c: number) => Float64Array.from({ length: rows }, (_, r) => x.data[r * channels + c]!);
  const meanOf = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / rows;
  const columns = Array.from({ length: channels }, (_, c) => column(c));
  const mean = columns.map(meanOf);
  return { mean, variance: columns.map((values, c) => meanOf(values.map((value) => (value - mean[c]!) ** 2))) };
}

/** xhat = (x - mean) / sqrt(variance + epsilon); y = gamma xhat + beta */
function forward({ x, gamma, beta }: Inputs, { mean, variance } = statistics(x)) {
  const channels = mean.length;
  const xhat = tensor(
    x.shape,
    x.data.map((value, i) => (value - mean[i % channels]!) / Math.sqrt(variance[i % channels]! + EPSILON)),
  );
  const y = xhat.data.map((value, i) => gamma.data[i % channels]! * value + beta.data[i % channels]!);
  return { xhat, y: tensor(x.shape, y) };
}

/** dx = gamma / sqrt(variance + epsilon) (dy - mean(dy) - xhat mean(dy xhat)) */
function backward(inputs: Inputs, dy: Tensor) {
  const { x, gamma } = inputs;
  const { variance } = statistics(x);
  const channels = variance.length;
  const { xhat } = forward(inputs);
  const products = tensor(
    x.shape,
    dy.data.map((value, i) => value * xhat.data[i]!),
  );
  const [rows] = dimensions2(x);
  const [ofDy, ofProducts] = [statistics(dy).mean, statistics(products).mean];
  const dx = dy.data.map((value, i) => {
    const c = i % channels;
    return (gamma.data[c]! / Math.sqrt(variance[c]! + EPSILON)) * (value - ofDy[c]! - xhat.data[i]! * ofProducts[c]!);
  });
  const total = (means: number[]) =>
    tensor(
      [channels],
      means.map((mean) => mean * rows),
    );
  return { dx: tensor(x.shape, dx), dgamma: total(ofProducts), dbeta: total(ofDy) };
}

const values = random(5);
const x = values.tensor([5, 2, 3, 6]);
const dy = values.tensor(x.shape);
const gamma = values.tensor([6]);
const beta = values.tensor([6]);
const moving = [values.tensor([6]), tensor([6], [0.5, 1, 2, 0.1, 3, 0.25])] as const;
const weights = [gamma, beta, ...moving].map(({ data }) => data);

describe("a normalisation over the batch", () => {
  it("has a reference whose gradients are those of finite differences", () => {
    const inputs = { x, gamma, beta };
    const { dx, dgamma, dbeta } = backward(inputs, dy);
    const gradient = (name: keyof Inputs) =>
      finiteDifference((moved) => dot(forward({ ...inputs, [name]: moved }).y, dy), inputs[name]).data;
    expectClose(dx.data, gradient("x"), tolerances.finiteDifference, "dx");
    expectClose(dgamma.data, gradient("gamma"), tolerances.finiteDifference, "dgamma");
    expectClose(dbeta.data, gradient("beta"), tolerances.finiteDifference, "dbeta");
  });

  it("meets all shards of the batch with any number of threads", async () => {
    const alone = await runLayer(new BatchNorm(), { x, dy, weights, shardSamples: 1 });
    for (const threads of [1, 3]) {
      expect(await runLayer(new BatchNorm(), { x, dy, weights, shardSamples: 1, threads })).toEqual(alone);
    }
  });

  it("computes the same bits in shards of any size: those of the reference", async () => {
    const whole = await runLayer(new BatchNorm(), { x, dy, weights });
    for (const shardSamples of [1, 2, 3, 4, 5]) {
      const run = await runLayer(new BatchNorm(), { x, dy, weights, shardSamples });
      const where = `in shards of ${shardSamples}`;
      expect([run.y, run.dx, run.weights], where).toEqual([whole.y, whole.dx, whole.weights]);
      const { dx, dgamma, dbeta } = backward({ x, gamma, beta }, dy);
      expectClose(run.y, forward({ x, gamma, beta }).y.data, tolerances.layer, `y ${where}`);
      expectClose(run.dx, dx.data, tolerances.layer, `dx ${where}`);
      expectClose(run.dweights[0]!, dgamma.data, tolerances.layer, `dgamma ${where}`);
      expectClose(run.dweights[1]!, dbeta.data, tolerances.layer, `dbeta ${where}`);
    }
    await expectGradients(new BatchNorm(), [4, 3], { shardSamples: 1 });
  });

  it("moves its statistics once a step", async () => {
    const run = await runLayer(new BatchNorm(), { x, dy, weights, shardSamples: 2 });
    const { mean, variance } = statistics(x);
    for (const [i, batch] of [mean, variance].entries()) {
      const expected = batch.map((value, c) => MOMENTUM * moving[i]!.data[c]! + (1 - MOMENTUM) * value);
      expectClose(run.weights[2 + i]!, expected, tolerances.layer, `moving statistics ${i}`);
    }
    expect(run.weights.slice(0, 2)).toEqual([gamma, beta].map(({ data }) => Float32Array.from(data)));
  });

  it("takes the moving statistics at inference", async () => {
    const [mean, variance] = moving.map(({ data }) => [...data]) as [number[], number[]];
    const run = await runLayer(new BatchNorm(), { x, weights, shardSamples: 2, training: false });
    expectClose(run.y, forward({ x, gamma, beta }, { mean, variance }).y.data, tolerances.layer, "y");
  });
});

describe("a normalisation in a model", () => {
  const make = (options = {}) => {
    const model = new Sequential(
      [
        layers.conv2d({ filters: 6, kernelSize: 3, inputShape: [6, 6, 1] }),
        new BatchNorm(options),
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
    const [model, undisturbed] = [make(), make()];
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
    const model = make();
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
    const model = make();
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
    const model = make({ trainable: false });
    const before = statisticsOf(model);
    await model.fit(images, labels);
    expect(statisticsOf(model)).toEqual(before);
  });

  it("trains batches of different sizes one after the other", async () => {
    const few = [
      { data: images.data.slice(0, 3 * 36), shape: [3, 6, 6, 1] },
      { data: labels.data.slice(0, 3 * 3), shape: [3, 3] },
    ] as const;
    const [model, fresh] = [make(), make()];
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

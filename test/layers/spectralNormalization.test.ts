import { describe, expect, it } from "vitest";
import { cloneModel, layers, modelFromBytes, optimizers, Sequential } from "wasm-cnn";
import { assertGradients, gradcheck } from "wasm-cnn/testing";
import { layerFromConfig } from "../../dist/layers/registry.js";
import { expectClose } from "../expectClose.js";
import { random } from "../reference/random.js";
import { tolerances } from "../tolerances.js";
import { loadVectors } from "../vectors/load.js";
import { runLayer } from "./harness.js";

const cases = loadVectors("spectralNormalization");

describe.each(cases)("$name", ({ config, weights, dweights, after, x, y, dy, dx, predicted, ...rest }) => {
  const make = () => layerFromConfig("SpectralNormalization", config);
  const values = weights.map(({ data }) => data);

  it("computes what Keras does, in training and at inference, and leaves the same weights", async () => {
    for (const [shardSamples, threads] of [
      [8, 0],
      [1, 2],
    ] as const) {
      const run = await runLayer(make(), { x, dy, weights: values, shardSamples, threads });
      expectClose(run.y, y.data, tolerances.layer, "y");
      expectClose(run.dx, dx.data, tolerances.layer, "dx");
      const trained = run.dweights.filter(({ length }) => length > 0);
      for (const [i, { data }] of dweights.entries())
        expectClose(trained[i]!, data, tolerances.layerWinograd, `dweights ${i}`);
      for (const [i, { data }] of after.entries()) expectClose(run.weights[i]!, data, tolerances.layer, `weights ${i}`);
    }
    const inference = await runLayer(make(), { x, weights: values, training: false });
    expectClose(inference.y, predicted.data, tolerances.layer, "y at inference");
    expect(inference.weights).toEqual(values);
  });

  it("trains as Keras does", async () => {
    const model = new Sequential([make()]);
    await model.predict(x);
    model.setWeights(values);
    model.compile({ optimizer: new optimizers.SGD({ learningRate: 0.05 }), loss: "meanSquaredError" });
    const { history } = await model.fit(x, rest.t, { epochs: 3, batchSize: 4, shuffle: false });
    for (const [i, loss] of rest.losses.entries()) expect(history.loss![i]).toBeCloseTo(loss, 4);
    for (const [i, { data }] of rest.trained.entries()) {
      expectClose(model.getWeights()[i]!.data, data, tolerances.relaxedTraining, `weights ${i}`);
    }
    expectClose((await model.predict(x)).data, rest.after_fit.data, tolerances.relaxedTraining, "predictions");
  });

  it.skipIf(!rest.file)("is read from Keras' file", async () => {
    const model = await modelFromBytes(Uint8Array.from(atob(rest.file!), (character) => character.charCodeAt(0)));
    for (const [i, { data }] of rest.trained.entries()) expect(model.getWeights()[i]!.data).toEqual(data);
    expectClose((await model.predict(x)).data, rest.after_fit.data, tolerances.layer, "predictions");
  });
});

describe("spectralNormalization", () => {
  const make = () =>
    new Sequential(
      [
        layers.spectralNormalization({
          layer: layers.conv2d({ filters: 4, kernelSize: 3, kernelInitializer: "heNormal" }),
          inputShape: [6, 6, 2],
        }),
        layers.flatten(),
        layers.spectralNormalization({ layer: layers.dense({ units: 3, activation: "softmax" }), powerIterations: 2 }),
      ],
      { seed: 3 },
    );
  const x = { data: Float32Array.from(random(1).tensor([9, 6, 6, 2]).data), shape: [9, 6, 6, 2] };
  const y = random(2).oneHot(9, 3);

  it("has the gradients of its forward pass, the kernel's at inference", async () => {
    const layer = layers.spectralNormalization({ layer: layers.dense({ units: 3, activation: "tanh" }) });
    await assertGradients(layer, { inputShape: [4], training: false });
    // In training the gradient is that of the divided kernel, as in Keras.
    const { tensors } = await gradcheck(layer, { inputShape: [4] });
    expect(tensors.map(({ name, wrong }) => [name, wrong > 0])).toEqual([
      ["input", false],
      ["kernel", true],
      ["bias", false],
    ]);
  });

  it.each(["keras", "h5", "safetensors"] as const)("comes back from a file: %s", async (format) => {
    const model = make();
    model.compile({ optimizer: "adam", loss: "categoricalCrossentropy" });
    await model.fit(x, y, { epochs: 2, batchSize: 4 });
    const again = format === "safetensors" ? cloneModel(model) : await modelFromBytes(await model.toBytes(format));
    if (format === "safetensors") await again.loadWeights(new Blob([await model.toBytes(format)]));
    expect(await again.fingerprint()).toBe(await model.fingerprint());
    expect(await again.predict(x)).toEqual(await model.predict(x));
  });

  it("has the same bits for any number of threads, and over interruptions", async () => {
    const train = async (threads: number, epochs: readonly number[]) => {
      let model = make();
      model.compile({ optimizer: "adam", loss: "categoricalCrossentropy", threads });
      for (const [i, more] of epochs.entries()) {
        if (i > 0) model = (await modelFromBytes(await model.toBytes())) as Sequential;
        await model.fit(x, y, { epochs: more, batchSize: 4 });
      }
      return model.fingerprint();
    };
    const alone = await train(0, [3]);
    expect(await train(2, [3])).toBe(alone);
    expect(await train(1, [1, 2])).toBe(alone);
  });

  it("leaves all as it was where a step is not finite", async () => {
    const model = make();
    model.compile({ optimizer: "SGD", loss: "categoricalCrossentropy" });
    await model.predict(x);
    const before = await model.fingerprint();
    const data = x.data.map((value, i) => (i === 5 ? Number.NaN : value));
    await expect(model.fit({ ...x, data }, y, { epochs: 1 })).rejects.toThrow();
    expect(await model.fingerprint()).toBe(before);
  });

  it("is written to ONNX as the layer inside", async () => {
    const model = make();
    const plain = new Sequential([
      layers.conv2d({ filters: 4, kernelSize: 3, inputShape: [6, 6, 2] }),
      layers.flatten(),
      layers.dense({ units: 3, activation: "softmax" }),
    ]);
    await model.predict(x);
    plain.setWeights(model.getWeights().filter(({ name }) => !name.endsWith("vector_u")));
    const nodes = (bytes: Uint8Array) => new TextDecoder("latin1").decode(bytes).match(/Conv|Gemm|MatMul|Softmax/g);
    const written = await model.toBytes("onnx");
    expect(nodes(written)).toEqual(nodes(await plain.toBytes("onnx")));
  });

  it("divides a frozen kernel too", async () => {
    const layer = layers.spectralNormalization({ layer: layers.dense({ units: 2, trainable: false }) });
    const kernel = [3, 0, 0, 4];
    const input = random(1).tensor([2, 2]);
    const run = await runLayer(layer, { x: input, dy: input, weights: [kernel, [0.6, 0.8], [0, 0]] });
    expect(run.dweights.every(({ length }) => length === 0)).toBe(true);
    expect(run.weights[0]).not.toEqual(Float32Array.from(kernel));
    expect(Math.abs(run.weights[0]![3]! - 1)).toBeLessThan(0.1);
  });

  it("refuses layers without a kernel, and penalties on it", () => {
    const shape = (layer: Parameters<typeof layers.spectralNormalization>[0]["layer"]) =>
      layers.spectralNormalization({ layer }).weightSpecs([[4]]);
    expect(() => shape(layers.prelu())).toThrow("expected a layer with a kernel, got PReLU");
    expect(() => shape(layers.dense({ units: 1, kernelRegularizer: "l2" }))).toThrow(
      "without regularizer, got one with",
    );
    expect(() => layers.spectralNormalization({ layer: 1 as never })).toThrow(
      "spectralNormalization.layer: expected a layer, got 1",
    );
  });
});

import { describe, expect, it } from "vitest";
import { type Layer, layers, modelFromBytes, modelFromJSON, modelFromSnapshot } from "wasm-cnn";
import { smallData, smallModel, weightsOf } from "./small.js";

const { x, y } = smallData(40);

/** Changes all that can be changed in plain data: numbers, texts, the ends of lists. */
function spoil(value: unknown): void {
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return;
  for (const [key, inner] of Object.entries(value)) {
    spoil(inner);
    if (typeof inner === "number" || typeof inner === "string") Reflect.set(value, key, 77);
  }
  if (Array.isArray(value)) Reflect.apply(Array.prototype.splice, value, [0, 1]);
}

describe("what a model gives away", () => {
  it("is a copy: changing the list of layers changes no model", async () => {
    const model = smallModel();
    (model.layers as Layer[]).pop();
    (model.layers as Layer[]).length = 0;
    expect(model.layers.length).toBe(6);
    expect((await modelFromBytes(await model.toBytes())).layers.length).toBe(6);
  });

  it("is a copy: snapshots, weights, logs, histories, descriptions", async () => {
    const [model, plain] = [smallModel(), smallModel()];
    const settings = { epochs: 2, batchSize: 16 };
    const spoilSnapshot = async () => {
      const snapshot = await model.snapshot();
      spoil(snapshot);
      for (const { weights } of snapshot.layers) for (const { data } of weights) data.fill(NaN);
    };
    await model.fit(x, y, { ...settings, callbacks: { onBatchEnd: spoilSnapshot, onEpochEnd: spoilSnapshot } });
    await plain.fit(x, y, settings);
    spoil(model.toJSON());
    spoil(model.getWeights());
    spoil(model.optimizer!.config());
    spoil(model.backendInfo());
    for (const layer of model.layers) spoil(layer.config());
    const [given, expected] = [await model.snapshot(), await plain.snapshot()];
    expect(given.progress).toEqual(expected.progress);
    expect(given.compiled).toEqual(expected.compiled);
    expect(given.inputShape).toEqual([6, 6, 1]);
    for (const each of [model, plain]) await each.fit(x, y, { ...settings, epochs: 3, resumeFrom: true });
    expect(weightsOf(model)).toEqual(weightsOf(plain));
  });

  it("or frozen: the sizes that layers show", () => {
    const conv = layers.conv2d({ filters: 1, kernelSize: [3, 3], inputShape: [6, 6, 1] });
    for (const sizes of [conv.inputShape!, conv.kernelSize, conv.strides, conv.dilationRate]) {
      expect(() => (sizes as number[]).pop()).toThrow(TypeError);
    }
  });
});

describe("what a model is given", () => {
  it("is copied: changing it afterwards changes no model", async () => {
    const model = smallModel();
    await model.fit(x, y, { batchSize: 16 });
    const snapshot = await model.snapshot();
    const made = modelFromSnapshot(snapshot);
    spoil(snapshot);
    for (const { weights } of snapshot.layers) for (const { data } of weights) data.fill(NaN);
    for (const each of [made, model]) await each.fit(x, y, { batchSize: 16, epochs: 2, resumeFrom: true });
    expect(await made.fingerprint()).toBe(await model.fingerprint());
  });

  it("is copied: initializers that are not ours", async () => {
    const json = JSON.parse(JSON.stringify(smallModel().toJSON())) as {
      config: { layers: { config: Record<string, unknown> }[] };
    };
    const dense = json.config.layers.find(({ config }) => config.units === 5)!;
    dense.config.bias_initializer = { class_name: "Foreign", config: { value: [0.5] } };
    // Only with weights is such a model made: from a snapshot.
    expect(() => modelFromJSON(json)).toThrow("Foreign");
    const snapshot = await smallModel().snapshot();
    const layer = snapshot.layers.find(({ config }) => config.units === 5)!;
    layer.config.bias_initializer = { class_name: "Foreign", config: { value: [0.5] } };
    const model = modelFromSnapshot(snapshot);
    const before = JSON.stringify(model.toJSON());
    expect(before).toContain('"value":[0.5]');
    spoil(layer.config.bias_initializer);
    spoil(model.toJSON());
    expect(JSON.stringify(model.toJSON())).toBe(before);
  });

  it("is copied: the list of callbacks", async () => {
    let ends = 0;
    const callbacks = [{ onBatchBegin: () => void callbacks.splice(0), onEpochEnd: () => void ends++ }];
    await smallModel().fit(x, y, { callbacks });
    expect(ends).toBe(1);
  });
});

it("a snapshot without a place in a training takes away the place of the model that takes it over", async () => {
  const model = smallModel();
  await model.fit(x, y, { batchSize: 16 });
  model.restore(await smallModel().snapshot());
  expect((await model.snapshot()).progress).toEqual((await smallModel().snapshot()).progress);
});

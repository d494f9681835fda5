import { describe, expect, it } from "vitest";
import { type Layer, layers, Sequential } from "wasm-cnn";
import { expectClose } from "../expectClose.js";
import { reluForward, softmaxForward } from "../reference/activation.js";
import { conv2dForward } from "../reference/conv2d.js";
import { denseForward } from "../reference/dense.js";
import { maxPool2dForward } from "../reference/maxPool2d.js";
import { random } from "../reference/random.js";
import { rescalingForward } from "../reference/rescaling.js";
import { tensor } from "../reference/tensor.js";
import { tolerances } from "../tolerances.js";
import { slice, smallData, smallLayers, smallModel, weightsOf } from "./small.js";

const { x, y } = smallData(11);
const namesOf = (model: Sequential) => model.layers.map(({ name }) => name);

/** A network in which convolutions and poolings are fused, one of them in Winograd's form. */
function fusedLayers(): Layer[] {
  return [
    layers.conv2d({ filters: 8, kernelSize: 3, activation: "relu", inputShape: [16, 14, 1] }),
    layers.maxPooling2d(),
    layers.conv2d({ filters: 16, kernelSize: 3, activation: "relu" }),
    layers.maxPooling2d(),
    layers.flatten(),
    layers.dense({ units: 3, activation: "softmax" }),
  ];
}

const pictures = { data: Float32Array.from(random(7).tensor([5, 16, 14, 1]).data), shape: [5, 16, 14, 1] };

describe("activations", () => {
  it("are what the reference computes, layer by layer, by name, with the batch axis", async () => {
    const model = smallModel();
    const [w, b, w1, b1, w2, b2] = model.getWeights().map(({ shape, data }) => tensor(shape, Float64Array.from(data)));
    const scaled = rescalingForward({ x: tensor(x.shape, Float64Array.from(x.data)), scale: 2 });
    const convolved = reluForward(conv2dForward({ x: scaled, w: w!, b: b! }));
    const { y: pooled } = maxPool2dForward({ x: convolved, poolSize: [2, 2] });
    const flat = tensor([11, 16], pooled.data);
    const hidden = reluForward(denseForward({ x: flat, w: w1!, b: b1! }));
    const probabilities = softmaxForward(denseForward({ x: hidden, w: w2!, b: b2! }));

    const activations = await model.activations(x);
    expect(Object.keys(activations)).toEqual(namesOf(model));
    for (const [i, expected] of [scaled, convolved, pooled, flat, hidden, probabilities].entries()) {
      const { data, shape } = activations[model.layers[i]!.name]!;
      expect(shape).toEqual([...expected.shape]);
      expectClose(data, expected.data, tolerances.layer, model.layers[i]!.name);
    }
  });

  it("end in what predict gives: to the bit where the forms are the same, else but for rounding", async () => {
    for (const winograd of [false, true]) {
      const model = new Sequential(fusedLayers(), { seed: 1 });
      model.compile({ optimizer: "rmsprop", loss: "categoricalCrossentropy", winograd });
      const last = (await model.activations(pictures))[model.layers.at(-1)!.name]!;
      const predicted = await model.predict(pictures);
      expect(last.shape).toEqual(predicted.shape);
      if (winograd) expectClose(last.data, predicted.data, tolerances.layer);
      else expect(last.data).toEqual(predicted.data);
    }
  });

  it("are to the bit the predictions of the model up to there", async () => {
    const model = new Sequential(fusedLayers(), { seed: 1 });
    const activations = await model.activations(pictures);
    for (let end = 1; end <= 6; end++) {
      // An identity behind each layer keeps it from being fused with the next one.
      const apart = fusedLayers()
        .slice(0, end)
        .flatMap((layer) => [layer, layers.rescaling({ scale: 1 })]);
      const part = new Sequential(apart, { seed: 1 });
      part.setWeights(weightsOf(model).slice(0, part.getWeights().length));
      expect(await part.predict(pictures)).toEqual(activations[model.layers[end - 1]!.name]);
    }
  });

  it("come for the layers asked for, with the same bits as all together and for any batch size", async () => {
    const model = smallModel();
    const all = await model.activations(x);
    const [, conv, pool, , , last] = namesOf(model) as [string, string, string, string, string, string];
    for (const wanted of [[conv], [last], [last, pool], [pool, conv, pool]]) {
      for (const batchSize of [1, 4, 100]) {
        const some = await model.activations(x, { layers: wanted, batchSize });
        expect(Object.keys(some)).toEqual([...new Set(wanted)]);
        for (const name of wanted) expect(some[name]).toEqual(all[name]);
      }
    }
    expect(await model.activations(x, { layers: [] })).toEqual({});
  });

  it("need no compile and no input shape, and take what predict takes", async () => {
    const model = new Sequential([layers.flatten({ name: "flat" }), layers.dense({ units: 2, name: "out" })]);
    const bytes = Uint8Array.from({ length: 24 }, (_, i) => 10 * i);
    const { flat, out } = await model.activations({ data: bytes, shape: [2, 3, 4] });
    expect(flat).toEqual({ data: Float32Array.from(bytes), shape: [2, 12] });
    expect(out).toEqual(await model.predict(bytes));
    const floats = await model.activations(Float32Array.from(bytes));
    expect(floats).toEqual({ flat, out });
    const nested = Array.from({ length: 2 }, (_, n) =>
      Array.from({ length: 3 }, (_, i) => [...bytes.subarray(12 * n + 4 * i, 12 * n + 4 * i + 4)]),
    );
    expect(await model.activations(nested)).toEqual({ flat, out });
  });

  it("belong to the caller, and follow the weights", async () => {
    const model = smallModel();
    const [, conv] = namesOf(model) as [string, string];
    const options = { layers: [conv] };
    const before = (await model.activations(x, options))[conv]!;
    before.data.fill(0);
    const again = (await model.activations(x, options))[conv]!;
    expect(again.data.some((value) => value !== 0)).toBe(true);
    await model.trainOnBatch(x, y);
    const trained = (await model.activations(x, options))[conv]!;
    expect(trained).not.toEqual(again);
    const other = smallModel({ seed: 5 });
    other.setWeights(model.getWeights());
    expect((await other.activations(x))[namesOf(other)[1]!]).toEqual(trained);
  });

  it("change nothing: neither what predict gives nor what training does", async () => {
    const [model, alone] = [smallModel(), smallModel()];
    for (const each of [model, alone]) {
      if (each === model) await each.activations(x, { layers: [namesOf(each)[1]!] });
      await each.fit(x, y, { epochs: 2, batchSize: 4 });
      if (each === model) await each.activations(smallData(70).x, { batchSize: 70 });
      await each.trainOnBatch(slice(x, 0, 3), slice(y, 0, 3));
    }
    expect(await model.predict(x)).toEqual(await alone.predict(x));
    expect(await model.fingerprint()).toBe(await alone.fingerprint());
  });

  it("are refused for names that no layer has, wrong data and wrong options", async () => {
    const model = new Sequential(smallLayers());
    const names = namesOf(model).map((name) => `"${name}"`);
    await expect(model.activations(x, { layers: ["nowhere"] })).rejects.toThrow(
      new RangeError(`activations.layers: expected ${names.join(" or ")}, got "nowhere"`),
    );
    await expect(model.activations(x, { layers: names[0] as never })).rejects.toThrow(TypeError);
    await expect(model.activations(x, { layer: [] } as never)).rejects.toThrow(
      /expected options among batchSize, layers/,
    );
    await expect(model.activations(x, { batchSize: 0 })).rejects.toThrow(
      /activations.batchSize: expected an integer >= 1/,
    );
    await expect(model.activations(slice(x, 0, 0))).rejects.toThrow(/activations: x: expected at least one sample/);
    await expect(model.activations({ data: [1, 2], shape: [1, 2] })).rejects.toThrow(
      /activations: x: expected samples of shape \(6, 6, 1\)/,
    );
    await expect(new Sequential().activations(x)).rejects.toThrow(
      "activations: expected a model with layers, got none",
    );
    model.dispose();
    await expect(model.activations(x)).rejects.toThrow("activations: expected a model in use");
  });
});

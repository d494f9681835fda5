import { describe, expect, it } from "vitest";
import { layers, type Samples, Sequential } from "wasm-cnn";
import { errorLike } from "../errorLike.js";
import { SHAPE, slice, smallData, smallLayers, smallModel, weightsOf } from "./small.js";

const { x, y } = smallData(6);

/** As nested arrays. */
function nested({ data, shape }: { data: Float32Array; shape: readonly number[] }): never {
  const [count, ...rest] = shape;
  if (rest.length === 0) return [...data] as never;
  const size = data.length / count!;
  const parts = Array.from({ length: count! }, (_, i) => data.slice(i * size, (i + 1) * size));
  return parts.map((part) => nested({ data: part, shape: rest })) as never;
}

/** A class of its own, and somewhere in a larger buffer: like Buffer, which browsers do not have. */
class PooledBytes extends Uint8Array {}

describe("samples may come", () => {
  it.each<[string, Samples]>([
    ["as a bare typed array", x.data],
    ["as nested arrays", nested(x)],
    ["without the axis of one channel", { data: x.data, shape: [6, 6, 6] }],
    ["with an axis of 1 too many", { data: x.data, shape: [6, 6, 6, 1, 1] }],
    ["nested, without the axis of one channel", nested({ data: x.data, shape: [6, 6, 6] })],
    ["as doubles", { data: Float64Array.from(x.data), shape: [6, ...SHAPE] }],
    ["as an array of numbers and a shape", { data: [...x.data], shape: [6, ...SHAPE] }],
    ["as a view into a larger buffer", new Float32Array([7, 7, ...x.data, 7]).subarray(2, -1)],
    ["with more beside data and shape", { ...x, dtype: "float32", strides: [36, 6, 1, 1] } as Samples],
  ])("%s", async (_name, samples) => {
    const [model, usual] = [smallModel(), smallModel()];
    expect(await model.predict(samples)).toEqual(await usual.predict(x));
    expect(await model.trainOnBatch(samples, y)).toEqual(await usual.trainOnBatch(x, y));
    expect(await model.fit(samples, y, { batchSize: 4 })).toEqual(await usual.fit(x, y, { batchSize: 4 }));
    expect(await model.evaluate(samples, y)).toEqual(await usual.evaluate(x, y));
    expect(weightsOf(model)).toEqual(weightsOf(usual));
  });

  it.each<[string, (bytes: Uint8Array) => Samples]>([
    ["bytes, at face value", (bytes) => ({ data: bytes, shape: [6, ...SHAPE] })],
    ["bare bytes", (bytes) => bytes],
    ["clamped bytes", (bytes) => new Uint8ClampedArray(bytes)],
    ["bytes as Node's Buffer has them", (bytes) => PooledBytes.of(1, ...bytes, 2).subarray(1, -1)],
    ["integers", (bytes) => Int16Array.from(bytes)],
  ])("as %s", async (_name, make) => {
    const bytes = Uint8Array.from(x.data, (_, i) => (i * 37) % 256);
    const [model, usual] = [smallModel(), smallModel()];
    const floats = Float32Array.from(bytes);
    expect(await model.predict(make(bytes))).toEqual(await usual.predict(floats));
    await model.fit(make(bytes), y);
    await usual.fit(floats, y);
    expect(weightsOf(model)).toEqual(weightsOf(usual));
  });

  it.each<[string, Samples]>([
    ["bare", y.data],
    ["nested", nested(y)],
    ["as bytes", { data: Uint8Array.from(y.data), shape: [6, 3] }],
    ["as integers", { data: Int32Array.from(y.data), shape: [6, 3] }],
  ])("with targets %s", async (_name, targets) => {
    const [model, usual] = [smallModel(), smallModel()];
    expect(await model.fit(x, targets)).toEqual(await usual.fit(x, y));
    expect(weightsOf(model)).toEqual(weightsOf(usual));
  });

  it("and are never changed", async () => {
    const model = smallModel();
    const [samples, targets] = [slice(x, 0, 6), slice(y, 0, 6)];
    const weights = weightsOf(model);
    const copies = [samples.data.slice(), targets.data.slice(), ...weights.map((weight) => weight.slice())];
    model.setWeights(weights);
    await model.fit(Object.freeze(samples), targets, { epochs: 2, batchSize: 4, validationSplit: 0.4 });
    await model.trainOnBatch(samples, targets);
    await model.evaluate(samples, targets);
    await model.predict(samples);
    expect([samples.data, targets.data, ...weights]).toEqual(copies);
  });

  it("in one row of the model's memory at a time: what predict gives is the caller's", async () => {
    const model = smallModel();
    const first = await model.predict(x);
    const copy = first.data.slice();
    first.shape[0] = 99;
    await model.predict({ data: x.data.map((value) => -value), shape: x.shape });
    expect(first.data).toEqual(copy);
    expect((await model.predict(x)).shape).toEqual([6, 3]);
  });
});

describe("a model without an input shape", () => {
  const deferred = () => {
    const [, ...rest] = smallLayers();
    const model = new Sequential([layers.rescaling({ scale: 2 }), ...rest], { seed: 1 });
    model.compile({ optimizer: "rmsprop", loss: "categoricalCrossentropy", metrics: ["accuracy"] });
    return model;
  };

  it("takes it from the first data", async () => {
    const [model, usual] = [deferred(), smallModel()];
    const unknown = (where: string) =>
      new Error(`${where}: expected a model that knows its input shape, got none; give the first layer inputShape`);
    expect(() => model.getWeights()).toThrow(unknown("getWeights"));
    expect(() => model.countParams()).toThrow(unknown("countParams"));
    expect(() => model.summary()).toThrow(unknown("summary"));
    await model.fit(x, y);
    await usual.fit(x, y);
    expect(weightsOf(model)).toEqual(weightsOf(usual));
    expect(model.countParams()).toBe(usual.countParams());
  });

  it("does not take it from a call that is refused", async () => {
    const model = deferred();
    const wide = { data: new Float32Array(6 * 64), shape: [6, 8, 8, 1] };
    await expect(model.fit(wide, slice(y, 0, 5))).rejects.toThrow(RangeError);
    await expect(model.fit(wide, y, { epochs: -1 })).rejects.toThrow(RangeError);
    await expect(model.fit(wide, y, { signal: AbortSignal.abort("no") })).rejects.toBe("no");
    await expect(model.trainOnBatch(wide, { data: y.data, shape: [9, 2] })).rejects.toThrow(RangeError);
    await expect(model.evaluate(wide, [1])).rejects.toThrow(RangeError);
    await expect(model.predict({ data: new Float32Array(4), shape: [1, 2, 2, 1] })).rejects.toThrow(RangeError);
    await expect(model.predict(wide, { batchSize: 0 })).rejects.toThrow(RangeError);
    expect(() => model.getWeights()).toThrow("expected a model that knows its input shape");
    expect(await model.predict(x)).toEqual(await smallModel().predict(x));
  });

  it("cannot take it from a bare array, nor from numbers without features", async () => {
    await expect(deferred().predict(x.data)).rejects.toThrow(
      new TypeError("predict: x: expected { data, shape }, got a bare Float32Array of 864 bytes"),
    );
    const dense = () => new Sequential([layers.dense({ units: 2, name: "d" })]);
    await expect(dense().predict([1, 2, 3])).rejects.toThrow(
      errorLike(RangeError, 'layer "d": expected an input of shape (..., features), got (); shapes: input_layer ()'),
    );
    await expect(dense().predict({ data: [], shape: [3, 0] })).rejects.toThrow(
      new RangeError("predict: x: expected at least one number a sample, got shape (None, 0)"),
    );
    await expect(new Sequential().predict(x)).rejects.toThrow(
      new Error("predict: expected a model with layers, got none"),
    );
  });
});

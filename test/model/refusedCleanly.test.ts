import { describe, expect, it } from "vitest";
import { layers, RMSprop, Sequential } from "wasm-cnn";
import { smallModel } from "./small.js";

/** A layer whose weights fit into no memory. */
const huge = () => layers.dense({ units: 3e8 });

describe("a refused call leaves the weights as they were", () => {
  it("add, of a layer that needs more than there is", async () => {
    const model = smallModel();
    await model.trainOnBatch(new Float32Array(36), [[1, 0, 0]]);
    const before = await model.fingerprint();
    const larger = new Sequential([...model.layers, huge()]);
    await expect(larger.predict(new Float32Array(36))).rejects.toThrow(
      /^memory: expected a model that needs at most 4 GiB/,
    );
    expect(await model.fingerprint()).toBe(before);
    expect(model.layers.length).toBe(6);
    await model.trainOnBatch(new Float32Array(36), [[1, 0, 0]]);
  });

  it("add, of a second layer with an input shape", () => {
    const model = new Sequential([layers.dense({ units: 2, inputShape: [3] })]);
    expect(() => model.add(layers.dense({ units: 2, inputShape: [9], name: "late" }))).toThrow(
      'Sequential.add: expected inputShape on the first layer only, got one on "late"',
    );
    expect(model.layers.length).toBe(1);
  });
});

describe("what would make weights that are not finite is refused", () => {
  it.each([1e39, Number.NaN, Infinity, -1])("a learning rate of %d", (learningRate) => {
    expect(() => new RMSprop({ learningRate })).toThrow(/^RMSprop.learningRate: expected/);
  });

  it("an epsilon of 0", () => {
    expect(() => new RMSprop({ epsilon: 0 })).toThrow(/^RMSprop.epsilon: expected/);
  });
});

describe("samples and targets", () => {
  it("may be arrays of typed arrays", async () => {
    const model = smallModel();
    const image = Float32Array.from({ length: 36 }, (_, i) => i / 36);
    const rows = (one: Float32Array) => Array.from({ length: 6 }, (_, i) => one.subarray(i * 6, i * 6 + 6));
    const nested = await model.predict([rows(image), rows(image)]);
    expect(nested).toEqual(await model.predict(Float32Array.from([...image, ...image])));
  });

  it("that are bare integer labels get a hint", async () => {
    const labels = Uint8Array.from([0, 1, 2]);
    await expect(smallModel().fit(new Float32Array(108), labels)).rejects.toThrow(
      "fit: y: expected as many targets as samples, got 1 and 3; toCategorical(labels, 3) makes such rows from integer labels",
    );
  });

  it("come with callbacks that are functions", async () => {
    const callbacks = { onEpochEnd: 3 } as unknown as { onEpochEnd(): void };
    await expect(smallModel().fit(new Float32Array(36), [[1, 0, 0]], { callbacks })).rejects.toThrow(
      "fit.callbacks: expected onEpochEnd to be a function, got 3",
    );
  });
});

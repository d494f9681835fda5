import { describe, expect, it } from "vitest";
import { cloneModel, input, layers, Model, Sequential } from "wasm-cnn";

const x = Float32Array.from({ length: 12 }, (_, i) => Math.cos(i));

describe("cloneModel", () => {
  it("makes a chain of the same layers with weights of its own", async () => {
    const model = new Sequential(
      [layers.dense({ units: 3, activation: "relu", inputShape: [4] }), layers.dense({ units: 2 })],
      {
        seed: 1,
      },
    );
    const clone = cloneModel(model, { seed: 2 });
    expect(clone.layers.map(({ name }) => name)).toEqual(model.layers.map(({ name }) => name));
    expect(clone.layers[0]!.config()).toEqual(model.layers[0]!.config());
    expect(clone.getWeights()[0]!.data).not.toEqual(model.getWeights()[0]!.data);
    expect(cloneModel(model, { seed: 1 }).getWeights()).toEqual(model.getWeights());
    clone.setWeights(model.getWeights());
    expect((await clone.predict(x)).data).toEqual((await model.predict(x)).data);
  });

  it("and a graph, with its shared layers and models inside", async () => {
    const a = input({ shape: [4] });
    const tower = new Sequential([layers.dense({ units: 4, activation: "relu" })]);
    tower.layers[0]!.trainable = false;
    const twice = tower.apply(tower.apply(a));
    const model = new Model({
      inputs: { a },
      outputs: { first: layers.dense({ units: 2 }).apply(twice), second: twice },
    });
    const clone = cloneModel(model);
    expect(clone.countParams()).toBe(model.countParams());
    expect(clone.getWeights().map(({ name }) => name)).toEqual(model.getWeights().map(({ name }) => name));
    expect((clone.layers[1] as Sequential).layers[0]!.trainable).toBe(false);
    clone.setWeights(model.getWeights());
    expect(await clone.predict({ a: x })).toEqual(await model.predict({ a: x }));
    expect(clone.toJSON()).toEqual({ ...model.toJSON() });
  });
});

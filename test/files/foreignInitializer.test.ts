import { describe, expect, it } from "vitest";
import { layers, modelFromBytes, modelFromJSON, modelFromSnapshot, Sequential } from "wasm-cnn";

const MINE = { class_name: "MyNormal", config: { seed: 3 } };

/** A model whose kernel was made by an initializer of somebody's own. */
async function myNormal() {
  const model = new Sequential([layers.dense({ units: 2, inputShape: [3] })]);
  const { layers: rows, ...rest } = await model.snapshot();
  const config = { ...rows[0]!.config, kernel_initializer: MINE };
  return { ...rest, layers: [{ ...rows[0]!, config }] };
}

describe("an initializer that is not among ours", () => {
  it("is kept from file to file", async () => {
    const snapshot = await myNormal();
    const model = await modelFromBytes(await modelFromSnapshot(snapshot).toBytes("keras"));
    const again = await model.snapshot();
    expect(again.layers[0]!.config).toEqual(snapshot.layers[0]!.config);
    expect(again.layers[0]!.weights).toEqual(snapshot.layers[0]!.weights);
  });

  it.each([["my_normal"], [MINE], [{ className: "MyNormal", config: {} }]])(
    "is refused where it has to make weights: %j",
    async (initializer) => {
      const model = new Sequential([layers.dense({ units: 2, inputShape: [3] })]);
      const json = JSON.parse(JSON.stringify(model.toJSON()));
      json.config.layers.at(-1).config.kernel_initializer = initializer;
      expect(() => modelFromJSON(json)).toThrow(
        /expected weights, or initializers that are known here, got my_?normal alone/i,
      );
    },
  );

  it("has to have a name", async () => {
    const json = JSON.parse(JSON.stringify(new Sequential([layers.dense({ units: 2 })]).toJSON()));
    json.config.layers.at(-1).config.kernel_initializer = { config: {} };
    expect(() => modelFromJSON(json)).toThrow(
      /dense.kernelInitializer: expected the name or the config of an initializer/,
    );
  });
});

it("Glorot's initializer is known by all its names", () => {
  const json = JSON.parse(JSON.stringify(new Sequential([layers.dense({ units: 2 })]).toJSON()));
  const scaling = {
    class_name: "VarianceScaling",
    config: { scale: 1, mode: "fan_avg", distribution: "uniform", seed: 1 },
  };
  for (const name of [
    "glorot_uniform",
    "glorotUniform",
    { class_name: "GlorotUniform", config: { seed: 1 } },
    scaling,
  ]) {
    json.config.layers.at(-1).config.kernel_initializer = name;
    const [layer] = modelFromJSON(json).layers;
    expect(layer!.config().kernel_initializer).toEqual({ class_name: "GlorotUniform", config: {} });
  }
});

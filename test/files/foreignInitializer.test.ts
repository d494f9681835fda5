import { describe, expect, it } from "vitest";
import { layers, modelFromBytes, modelFromJSON, modelFromSnapshot, Sequential } from "wasm-cnn";
import { readTfjs, writeTfjs } from "wasm-cnn/files/tfjs";

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
    config: { scale: 1, mode: "fan_avg", distribution: "uniform", seed: null },
  };
  for (const name of [
    "glorot_uniform",
    "glorotUniform",
    { class_name: "GlorotUniform", config: { seed: null } },
    scaling,
  ]) {
    json.config.layers.at(-1).config.kernel_initializer = name;
    const [layer] = modelFromJSON(json).layers;
    expect(layer!.config().kernel_initializer).toEqual({ class_name: "GlorotUniform", config: {} });
  }
});

describe("the seed of an initializer", () => {
  const seeded = [
    { class_name: "GlorotUniform", config: { seed: 7 } },
    { class_name: "HeNormal", config: { seed: 8 } },
    { class_name: "VarianceScaling", config: { scale: 2, mode: "fan_in", distribution: "uniform", seed: 9 } },
    { class_name: "RandomNormal", config: { mean: 0, stddev: 0.5, seed: { class_name: "SeedGenerator", config: {} } } },
  ];
  const make = async () => {
    const json = JSON.parse(JSON.stringify(new Sequential([layers.dense({ units: 2, inputShape: [3] })]).toJSON()));
    const row = json.config.layers.at(-1);
    json.config.layers = [
      ...json.config.layers.slice(0, -1),
      ...seeded.map((kernel_initializer, i) => ({
        ...row,
        config: { ...row.config, name: `dense${i}`, kernel_initializer },
      })),
    ];
    const model = modelFromJSON(json) as Sequential;
    // Which brings in the initializers.
    await model.predict({ data: Float32Array.of(1, 2, 3), shape: [1, 3] });
    return model;
  };
  const kept = (model: { layers: readonly { config(): Record<string, unknown> }[] }) =>
    model.layers.map((layer) => layer.config().kernel_initializer);

  it.each(["keras", "h5"] as const)("is kept in .%s", async (format) => {
    expect(kept(await make())).toEqual(seeded);
    const again = await modelFromBytes(await (await make()).toBytes(format));
    expect(kept(again as Sequential)).toEqual(seeded);
  });

  it("is kept in model.json", async () => {
    const files = writeTfjs(await (await make()).snapshot());
    const again = modelFromSnapshot(await readTfjs(async (name) => files.get(name)!));
    expect(kept(again as Sequential)).toEqual(seeded);
  });
});

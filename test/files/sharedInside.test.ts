import { expect, it } from "vitest";
import { input, layers, Model, modelFromBytes, modelFromSnapshot } from "wasm-cnn";

/** A layer that a model holds, and a model in it too. */
function sharedInside(): Model {
  const shared = layers.dense({ units: 3, name: "shared" });
  const inside = input({ shape: [3], name: "inside" });
  const inner = new Model({ inputs: inside, outputs: shared.apply(inside), name: "inner" });
  const x = input({ shape: [3], name: "x" });
  return new Model({ inputs: x, outputs: shared.apply(inner.apply(x)), name: "outer", seed: 3 });
}

const x = { data: Float32Array.of(1, 2, 3, -1, 0.5, 0), shape: [2, 3] };

// Keras 3.15 does not keep it either: its .h5 makes two layers, and its .keras has the weights once and cannot be loaded.
it.each(["keras", "h5", "snapshot"] as const)(
  "a layer that a model and a model inside it hold becomes two with the same weights, from %s",
  async (format) => {
    const model = sharedInside();
    expect(model.getWeights().map(({ name }) => name)).toEqual(["inner/shared/kernel", "inner/shared/bias"]);
    const again =
      format === "snapshot"
        ? modelFromSnapshot(await model.snapshot())
        : await modelFromBytes(await model.toBytes(format));
    expect(again.getWeights().map(({ name }) => name)).toEqual([
      ...["inner/shared/kernel", "inner/shared/bias", "shared/kernel", "shared/bias"],
    ]);
    expect(await again.predict(x)).toEqual(await model.predict(x));
  },
);

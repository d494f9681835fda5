import { describe, expect, it } from "vitest";
import { type Layer, layers, RMSprop, Sequential } from "wasm-cnn";
import { slice, smallData, smallModel, weightsOf } from "./small.js";

const { x, y } = smallData(40);
const message = (where: string, step: number, what: string) =>
  new Error(
    `${where}: expected finite numbers, got NaN or Infinity in step ${step}, first in ${what}; ` +
      "the weights are those of the step before",
  );

/** Two dense layers by the names "first" and "last". */
function pair(first: Partial<Parameters<typeof layers.dense>[0]> = {}): Sequential {
  const both: Layer[] = [
    layers.dense({ units: 4, inputShape: [3], name: "first", ...first }),
    layers.dense({ units: 2, activation: "softmax", name: "last" }),
  ];
  const model = new Sequential(both, { seed: 1 });
  model.compile({ optimizer: new RMSprop({ learningRate: 0.1 }), loss: "categoricalCrossentropy" });
  return model;
}

/** Weights of `pair`, all ones but these. */
function ones(model: Sequential, special: Record<string, number>): void {
  const weights = model.getWeights();
  model.setWeights(weights.map(({ name, data }) => data.fill(special[name] ?? 1)));
}

const batch = [
  { data: Float32Array.of(1, 2, 3), shape: [1, 3] },
  { data: Float32Array.of(1, 0), shape: [1, 2] },
] as const;

describe("a step that is not finite", () => {
  it("is refused in fit: the error names step and layer, the weights are those of the step before", async () => {
    const [model, stepped] = [smallModel(), smallModel()];
    const huge = { ...x, data: x.data.slice() };
    huge.data.fill(3e38, 32 * 36);
    const options = { batchSize: 16, shuffle: false };
    const { name } = model.layers[0]!;
    await expect(model.fit(huge, y, options)).rejects.toThrow(message("fit", 3, `the output of layer "${name}"`));
    for (const i of [0, 16]) await stepped.trainOnBatch(slice(x, i, i + 16), slice(y, i, i + 16));
    expect(weightsOf(model)).toEqual(weightsOf(stepped));
    await model.fit(x, y, options);
  });

  it("is refused in trainOnBatch, and changes nothing of the optimizer either", async () => {
    const [model, unharmed] = [smallModel(), smallModel()];
    const huge = { ...x, data: x.data.map(() => 3e38) };
    await model.trainOnBatch(x, y);
    await expect(model.trainOnBatch(huge, y)).rejects.toThrow("trainOnBatch: expected finite numbers, got NaN");
    await model.trainOnBatch(x, y);
    for (let i = 0; i < 2; i++) await unharmed.trainOnBatch(x, y);
    expect(weightsOf(model)).toEqual(weightsOf(unharmed));
  });

  it.each([
    ["first/kernel", 3e38, 'the output of layer "first"'],
    ["last/kernel", 3e38, 'the output of layer "last"'],
    ["last/bias", Number.NaN, 'the output of layer "last"'],
    ["first/bias", Number.POSITIVE_INFINITY, 'the output of layer "first"'],
  ])("names the layer that %s = %f breaks", async (name, value, what) => {
    const model = pair();
    ones(model, { [name]: value });
    const before = weightsOf(model);
    await expect(model.trainOnBatch(...batch)).rejects.toThrow(message("trainOnBatch", 1, what));
    expect(weightsOf(model)).toEqual(before);
  });

  it("is found where only a gradient is not finite", async () => {
    // Hidden values of 1e-25, outputs of about 1e-5, but then gradients of 1e20, and times 1e30 for the first kernel.
    const model = pair({ activation: "relu" });
    const weights = weightsOf(model);
    weights[0]!.fill(0).fill(1e-25, 4, 8);
    weights[2]!.set([1, -1, 1, -1, 1, -1, 1, -1].map((sign) => sign * 1e20));
    model.setWeights(weights);
    const large = { data: Float32Array.of(1e30, 1, 0), shape: [1, 3] };
    await expect(model.trainOnBatch(large, batch[1])).rejects.toThrow(
      message("trainOnBatch", 1, "the gradient of first/kernel"),
    );
    expect(weightsOf(model)).toEqual(weights);
  });

  it("comes of a learning rate that is far too high", async () => {
    const model = smallModel();
    model.compile({ optimizer: new RMSprop({ learningRate: 1e30 }), loss: "categoricalCrossentropy" });
    let weights = weightsOf(model);
    const onBatchEnd = () => {
      weights = weightsOf(model);
    };
    const fit = model.fit(x, y, { epochs: 50, batchSize: 8, callbacks: { onBatchEnd } });
    await expect(fit).rejects.toThrow(/^fit: expected finite numbers, got NaN or Infinity in step \d+, first in the /);
    expect(weightsOf(model)).toEqual(weights);
  });
});

describe("predict and evaluate", () => {
  it("give out what is not finite", async () => {
    const model = pair();
    ones(model, { "first/bias": Number.NaN });
    expect([...(await model.predict(batch[0])).data]).toEqual([Number.NaN, Number.NaN]);
    expect((await model.evaluate(...batch)).loss).toBeNaN();
  });
});

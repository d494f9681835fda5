import { expect, it } from "vitest";
import { constraints, layers, modelFromBytes, regularizers, Sequential } from "wasm-cnn";
import { expectClose } from "../expectClose.js";
import { tolerances } from "../tolerances.js";

const x = { shape: [4, 3], data: Float32Array.from({ length: 12 }, (_, i) => Math.sin(i)) };
const y = { shape: [4, 2], data: Float32Array.from([1, 0, 0, 1, 1, 0, 0, 1]) };

function classifier(options: object): Sequential {
  const model = new Sequential([layers.dense({ units: 2, activation: "softmax", inputShape: [3], ...options })], {
    seed: 3,
  });
  model.compile({ optimizer: "rmsprop", loss: "categoricalCrossentropy" });
  return model;
}

it("penalties are part of the loss", async () => {
  const plain = classifier({});
  const own = classifier({ kernelRegularizer: new regularizers.L2({ l2: 0.5 }), biasRegularizer: "l1" });
  for (const model of [plain, own]) model.setWeights([Float32Array.of(1, 2, 3, -1, -2, -3), Float32Array.of(1, -3)]);
  const [without, including] = [await plain.evaluate(x, y), await own.evaluate(x, y)];
  expectClose([including.loss!], [without.loss! + 0.5 * 28 + 0.01 * 4], tolerances.layer, "loss");
});

it("constraints hold after each step", async () => {
  const model = classifier({ kernelConstraint: new constraints.UnitNorm(), biasConstraint: "nonNeg" });
  await model.trainOnBatch(x, y);
  const [kernel, bias] = model.getWeights().map(({ data }) => data);
  for (const unit of [0, 1]) expect(Math.hypot(...[0, 2, 4].map((i) => kernel![i + unit]!))).toBeCloseTo(1, 5);
  expect(Math.min(...bias!)).toBe(0);
});

it("initializers by name begin a model, and come back from its files", async () => {
  const model = classifier({ kernelInitializer: "heNormal", kernelRegularizer: "l2" });
  await model.predict(x);
  const [kernel] = model.getWeights();
  expect(new Set(kernel!.data).size).toBe(6);
  const again = await modelFromBytes(await model.toBytes("keras"));
  const config = again.layers[0]!.config();
  expect(config.kernel_initializer).toEqual({ class_name: "HeNormal", config: {} });
  expect(config.kernel_regularizer).toEqual({ class_name: "L2", config: { l2: 0.01 } });
  expect((await again.predict(x)).data).toEqual((await model.predict(x)).data);
});

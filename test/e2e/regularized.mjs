// `node test/e2e/regularized.mjs`: a network with L2, dropout, batch normalisation, Adam with a schedule and class weights trains on a
// part of MNIST from five seeds, and its mean test accuracy is to be that of Keras within 0.15 points
// (test/vectors/regularized_mnist.py wrote regularizedMnist.json). Five minutes; not part of `npm test`.

import { readFile } from "node:fs/promises";
import { layers, loadMnist, optimizers, regularizers, Sequential, schedules } from "../../dist/index.js";

const IMAGES = 20_000;
const EPOCHS = 4;
const BATCH = 64;
const POINTS = 0.15;
const CLASS_WEIGHT = { 0: 1, 1: 0.8, 2: 1.2, 3: 1.2, 5: 1.5, 7: 1.1, 8: 1.5, 9: 1.3 };

function network(seed) {
  const kernelRegularizer = new regularizers.L2({ l2: 1e-4 });
  const conv = (filters, more = {}) =>
    layers.conv2d({ filters, kernelSize: 3, padding: "same", useBias: false, kernelRegularizer, ...more });
  return new Sequential(
    [
      layers.rescaling({ scale: 1 / 255, inputShape: [28, 28, 1] }),
      conv(12),
      layers.batchNormalization(),
      layers.relu(),
      layers.maxPooling2d({ poolSize: 2 }),
      conv(24),
      layers.batchNormalization(),
      layers.relu(),
      layers.maxPooling2d({ poolSize: 2 }),
      layers.flatten(),
      layers.dropout({ rate: 0.3 }),
      layers.dense({ units: 48, activation: "relu", kernelRegularizer }),
      layers.dropout({ rate: 0.3 }),
      layers.dense({ units: 10, activation: "softmax", kernelRegularizer }),
    ],
    { seed },
  );
}

const mean = (numbers) => numbers.reduce((sum, one) => sum + one, 0) / numbers.length;

const { trainImages, trainLabels, testImages, testLabels } = await loadMnist();
const images = { data: trainImages.data.subarray(0, IMAGES * 784), shape: [IMAGES, 28, 28, 1] };
const labels = trainLabels.data.subarray(0, IMAGES);
const tests = { data: testImages.data, shape: [10_000, 28, 28, 1] };
const accuracies = [];
for (let seed = 1; seed <= 5; seed++) {
  const model = network(seed);
  const decaySteps = EPOCHS * Math.ceil(IMAGES / BATCH) - 100;
  const learningRate = new schedules.CosineDecay({
    initialLearningRate: 0,
    decaySteps,
    alpha: 0.01,
    warmupTarget: 3e-3,
    warmupSteps: 100,
  });
  model.compile({
    optimizer: new optimizers.Adam({ learningRate }),
    loss: "sparseCategoricalCrossentropy",
    metrics: ["accuracy"],
  });
  await model.fit(images, labels, { epochs: EPOCHS, batchSize: BATCH, classWeight: CLASS_WEIGHT });
  const { loss, accuracy } = await model.evaluate(tests, testLabels.data, { batchSize: 500 });
  accuracies.push(100 * accuracy);
  console.log(`${seed}  ${(100 * accuracy).toFixed(2)}  loss ${loss.toFixed(4)}`);
  model.dispose();
}
const file = new URL("../vectors/regularizedMnist.json", import.meta.url);
const keras = JSON.parse(await readFile(file, "utf8"));
const apart = mean(accuracies) - mean(keras.accuracies);
console.log(
  `mean ${mean(accuracies).toFixed(3)}, Keras ${keras.made_with.keras} ${mean(keras.accuracies).toFixed(3)}: ${apart.toFixed(3)} apart`,
);
if (Math.abs(apart) > POINTS) {
  console.error(`expected means within ${POINTS} points`);
  process.exitCode = 1;
}

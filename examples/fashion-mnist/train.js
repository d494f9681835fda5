// Tells ten kinds of clothes apart: batch normalisation, dropout, images that are mirrored, a learning rate that falls.
import { layers, loadFashionMnist, optimizers, Sequential, schedules, toCategorical } from "wasm-cnn";

const EPOCHS = 14;
const BATCH_SIZE = 64;

const { trainImages, trainLabels, testImages, testLabels } = await loadFashionMnist();

// How many images to train on, all of them without an argument; and the seed.
const count = Number(process.argv[2] ?? trainLabels.data.length);
const seed = Number(process.argv[3] ?? 1);
const x = { data: trainImages.data.subarray(0, count * 28 * 28), shape: [count, 28, 28, 1] };
const y = toCategorical(trainLabels.data.subarray(0, count), 10);

// Moving statistics that follow fast, as the weights do.
const normalizedRelu = () => [layers.batchNormalization({ momentum: 0.9 }), layers.relu()];

const model = new Sequential(
  [
    layers.rescaling({ scale: 1 / 255, inputShape: [28, 28, 1] }),
    layers.randomFlip({ mode: "horizontal" }),
    layers.conv2d({ filters: 32, kernelSize: 3, useBias: false }),
    ...normalizedRelu(),
    layers.conv2d({ filters: 32, kernelSize: 3, useBias: false }),
    layers.maxPooling2d({ poolSize: 2 }),
    ...normalizedRelu(),
    layers.dropout({ rate: 0.1 }),
    layers.conv2d({ filters: 64, kernelSize: 3, useBias: false }),
    ...normalizedRelu(),
    layers.conv2d({ filters: 64, kernelSize: 3, useBias: false }),
    layers.maxPooling2d({ poolSize: 2 }),
    ...normalizedRelu(),
    layers.dropout({ rate: 0.2 }),
    layers.conv2d({ filters: 128, kernelSize: 3, useBias: false }),
    ...normalizedRelu(),
    layers.flatten(),
    layers.dropout({ rate: 0.3 }),
    layers.dense({ units: 10, activation: "softmax" }),
  ],
  { seed },
);
model.summary();

// Rises to its highest in the first tenth of the steps, then falls along a cosine.
const steps = EPOCHS * Math.ceil(count / BATCH_SIZE);
const warmupSteps = Math.round(steps / 10);
const learningRate = new schedules.CosineDecay({
  initialLearningRate: 0.0002,
  warmupTarget: 0.004,
  warmupSteps,
  decaySteps: steps - warmupSteps,
  alpha: 0.001,
});
model.compile({
  optimizer: new optimizers.Adam({ learningRate }),
  loss: "categoricalCrossentropy",
  metrics: ["accuracy"],
});

await model.fit(x, y, { epochs: EPOCHS, batchSize: BATCH_SIZE, verbose: 2 });

const { accuracy } = await model.evaluate(testImages, toCategorical(testLabels, 10));
console.log(`test accuracy ${(100 * accuracy).toFixed(2)} %`);
console.log(`fingerprint of the weights: ${await model.fingerprint()}`);

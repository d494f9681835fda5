// Trains a small convolutional network on handwritten digits, tests it, and reads one digit.
import { layers, loadMnist, Sequential, toCategorical } from "wasm-cnn";

const { trainImages, trainLabels, testImages, testLabels } = await loadMnist();

// How many images to train on; all of them without an argument.
const count = Number(process.argv[2] ?? trainLabels.data.length);
const x = { data: trainImages.data.subarray(0, count * 28 * 28), shape: [count, 28, 28, 1] };
const y = toCategorical(trainLabels.data.subarray(0, count), 10);

const model = new Sequential(
  [
    layers.rescaling({ scale: 1 / 255, inputShape: [28, 28, 1] }),
    layers.conv2d({ filters: 16, kernelSize: 3, activation: "relu" }),
    layers.maxPooling2d({ poolSize: 2 }),
    layers.conv2d({ filters: 32, kernelSize: 3, activation: "relu" }),
    layers.maxPooling2d({ poolSize: 2 }),
    layers.flatten(),
    layers.dense({ units: 10, activation: "softmax" }),
  ],
  // The same seed gives the same weights, to the bit, on every machine.
  { seed: 1 },
);
model.summary();
model.compile({ optimizer: "rmsprop", loss: "categoricalCrossentropy", metrics: ["accuracy"] });

await model.fit(x, y, {
  epochs: 3,
  batchSize: 64,
  callbacks: {
    onEpochEnd(epoch, { loss, accuracy }) {
      console.log(`epoch ${epoch + 1}: loss ${loss.toFixed(4)}, accuracy ${(100 * accuracy).toFixed(2)} %`);
    },
  },
});

const { accuracy } = await model.evaluate(testImages, toCategorical(testLabels, 10));
console.log(`test accuracy ${(100 * accuracy).toFixed(2)} %`);

// One image as text, two characters a pixel, and what the network takes it for.
const image = testImages.data.subarray(0, 28 * 28);
for (let row = 0; row < 28; row++) {
  const pixels = image.subarray(row * 28, (row + 1) * 28);
  console.log(Array.from(pixels, (value) => " .:*#"[Math.ceil(value / 64)].repeat(2)).join(""));
}
const { data: probabilities } = await model.predict({ data: image, shape: [1, 28, 28, 1] });
const answer = probabilities.indexOf(Math.max(...probabilities));
console.log(`read as ${answer}, with ${(100 * probabilities[answer]).toFixed(1)} %; it is ${testLabels.data[0]}`);
console.log(`fingerprint of the weights: ${await model.fingerprint()}`);

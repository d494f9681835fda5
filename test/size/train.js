// What a page needs to define, train and run the network of the README: `npm run size` measures it.
import { layers, Sequential } from "wasm-cnn";

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
model.compile({ optimizer: "rmsprop", loss: "categoricalCrossentropy", metrics: ["accuracy"] });

/** Trains, and gives the predictions for the test images. */
export async function trainAndPredict(images, labels, testImages) {
  await model.fit(images, labels, { epochs: 5, batchSize: 64 });
  return model.predict(testImages);
}

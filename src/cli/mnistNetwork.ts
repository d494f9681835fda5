import { layers, Sequential } from "../index.js";

/**
 * The network that `wasm-cnn train-mnist` trains: three convolutions, two max poolings and two dense layers; 93,322
 * parameters. It takes images of shape (28, 28, 1) with values from 0 to 255 and gives the probabilities of the 10 digits.
 */
export function mnistNetwork(seed: number): Sequential {
  return new Sequential(
    [
      layers.rescaling({ scale: 1 / 255, inputShape: [28, 28, 1] }),
      layers.conv2d({ filters: 32, kernelSize: 3, activation: "relu" }),
      layers.maxPooling2d({ poolSize: 2 }),
      layers.conv2d({ filters: 64, kernelSize: 3, activation: "relu" }),
      layers.maxPooling2d({ poolSize: 2 }),
      layers.conv2d({ filters: 64, kernelSize: 3, activation: "relu" }),
      layers.flatten(),
      layers.dense({ units: 64, activation: "relu" }),
      layers.dense({ units: 10, activation: "softmax" }),
    ],
    { seed },
  );
}

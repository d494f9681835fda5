import { layers, Sequential } from "wasm-cnn";
import { random } from "../reference/random.js";

/** Networks that together have every layer, with every option that a file has to carry. */
export const NETWORKS: Readonly<Record<string, () => Sequential>> = {
  mnist: () =>
    new Sequential([
      layers.rescaling({ scale: 1 / 255, offset: -0.25, inputShape: [12, 12, 1] }),
      layers.conv2d({ filters: 4, kernelSize: 3, activation: "relu" }),
      layers.maxPooling2d(),
      layers.conv2d({ filters: 6, kernelSize: 3, activation: "relu" }),
      layers.flatten(),
      layers.dense({ units: 8, activation: "relu" }),
      layers.dense({ units: 5, activation: "softmax" }),
    ]),
  windows: () =>
    new Sequential([
      layers.conv2d({ filters: 3, kernelSize: [3, 2], padding: "same", useBias: false, inputShape: [11, 9, 2] }),
      layers.maxPooling2d({ poolSize: [3, 2], strides: [2, 1], padding: "same" }),
      layers.conv2d({ filters: 5, kernelSize: 2, strides: 2, padding: "same", activation: "relu" }),
      layers.conv2d({ filters: 4, kernelSize: 2, dilationRate: [1, 2], activation: "softmax" }),
      layers.flatten(),
      layers.rescaling({ scale: 3 }),
      layers.dense({ units: 3, useBias: false }),
    ]),
  images: () =>
    new Sequential([
      layers.conv2d({ filters: 2, kernelSize: 3, dilationRate: 2, padding: "same", inputShape: [5, 6, 3] }),
      layers.dense({ units: 4, activation: "softmax" }),
      layers.conv2d({ filters: 3, kernelSize: [2, 3], strides: [1, 2], padding: "same", activation: "softmax" }),
    ]),
  flattened: () =>
    new Sequential([layers.conv2d({ filters: 2, kernelSize: 2, inputShape: [4, 3, 2] }), layers.flatten()]),
  rows: () =>
    new Sequential([
      layers.dense({ units: 4, activation: "relu", inputShape: [3, 5] }),
      layers.dense({ units: 3, useBias: false }),
      layers.flatten(),
      layers.dense({ units: 2, activation: "softmax" }),
    ]),
};

/** One of them, all its weights away from 0, biases too. */
export function network(name: string): Sequential {
  const model = NETWORKS[name]!();
  const values = random(1);
  const given = model
    .getWeights()
    .map(({ shape }) => Float32Array.from(values.tensor(shape).data, (value) => value / 2));
  model.setWeights(given);
  return model;
}

/** Samples for a model. */
export function samplesFor(model: Sequential, count: number): { data: Float32Array; shape: number[] } {
  const shape = [count, ...model.layers[0]!.inputShape!];
  return { data: Float32Array.from(random(2).tensor(shape).data), shape };
}

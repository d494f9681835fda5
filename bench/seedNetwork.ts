import { layers, Sequential } from "wasm-cnn";

/** The seed's network: 93,322 parameters, images of shape (28, 28, 1) with values from 0 to 255. Compiled for training. */
export function seedNetwork({
  seed = 1,
  threads = 0,
  relaxed = false,
}: {
  seed?: number;
  threads?: number | "auto";
  relaxed?: boolean;
} = {}): Sequential {
  const model = new Sequential(
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
  model.compile({ optimizer: "rmsprop", loss: "categoricalCrossentropy", metrics: ["accuracy"], threads, relaxed });
  return model;
}

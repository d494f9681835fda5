import { type CompileOptions, layers, losses, optimizers, Sequential, schedules } from "../index.js";
import { mnistNetwork } from "./mnistNetwork.js";

/** A model and how to train it: `model.compile(compile(images))`, then `model.fit(x, y, fit)` with one-hot labels. */
export interface Recipe {
  /** Takes images of shape (28, 28, 1) with values from 0 to 255. */
  readonly model: Sequential;
  /** What `compile` takes where there are so many training images: they say over how many steps the learning rate falls. */
  readonly compile: (images: number) => CompileOptions;
  readonly fit: { readonly epochs: number; readonly batchSize: number };
}

export interface RecipeOptions {
  /** The same seed gives the same weights, bit by bit. */
  seed: number;
  /** Default: the recipe's. */
  epochs?: number | undefined;
  /** Default: the recipe's. */
  batchSize?: number | undefined;
}

/** The network and the training of the tutorial that it comes from. */
function tutorial({ seed, epochs = 5, batchSize = 64 }: RecipeOptions): Recipe {
  return {
    model: mnistNetwork(seed),
    compile: () => ({ optimizer: "rmsprop", loss: "categoricalCrossentropy", metrics: ["accuracy"] }),
    fit: { epochs, batchSize },
  };
}

/** 99 % after one look at each image: batch normalisation stands a very high learning rate, which falls to nothing. */
function fast({ seed, epochs = 1, batchSize = 64 }: RecipeOptions): Recipe {
  const model = new Sequential(
    [
      layers.rescaling({ scale: 1 / 255, inputShape: [28, 28, 1] }),
      // MNIST's margin of four pixels is empty, but for digits that lean over.
      layers.cropping2d({ cropping: 2 }),
      // The largest map is not normalised: each pass over it costs as much as its few products. Pooling stands before normalisation, which
      // then has a quarter of the numbers, and the gradients are sparse.
      layers.conv2d({ filters: 8, kernelSize: 5, activation: "relu" }),
      layers.maxPooling2d({ poolSize: 2 }),
      layers.conv2d({ filters: 24, kernelSize: 3, useBias: false }),
      layers.maxPooling2d({ poolSize: 2 }),
      ...normalizedRelu(),
      layers.conv2d({ filters: 96, kernelSize: 3, useBias: false }),
      ...normalizedRelu(),
      layers.flatten(),
      layers.dense({ units: 10, activation: "softmax" }),
    ],
    { seed },
  );
  const fit = { epochs, batchSize };
  return { model, compile: (images) => adam(0.03, images, fit), fit };
}

/** For accuracy: more and wider layers, and images that are turned, moved and scaled anew in each epoch. */
function best({ seed, epochs = 8, batchSize = 64 }: RecipeOptions): Recipe {
  const fillMode = "constant";
  const model = new Sequential(
    [
      layers.rescaling({ scale: 1 / 255, inputShape: [28, 28, 1] }),
      layers.randomRotation({ factor: 10 / 360, fillMode }),
      layers.randomTranslation({ heightFactor: 0.08, widthFactor: 0.08, fillMode }),
      layers.randomZoom({ heightFactor: 0.1, fillMode }),
      // Without the outermost pixels, most of them empty, the maps are a sixth smaller or more.
      layers.cropping2d({ cropping: 1 }),
      layers.conv2d({ filters: 32, kernelSize: 3, useBias: false }),
      layers.maxPooling2d({ poolSize: 2 }),
      ...normalizedRelu(),
      layers.conv2d({ filters: 64, kernelSize: 3, useBias: false }),
      ...normalizedRelu(),
      layers.conv2d({ filters: 64, kernelSize: 3, useBias: false }),
      layers.maxPooling2d({ poolSize: 2 }),
      ...normalizedRelu(),
      layers.conv2d({ filters: 128, kernelSize: 3, useBias: false }),
      ...normalizedRelu(),
      layers.flatten(),
      layers.dropout({ rate: 0.3 }),
      layers.dense({ units: 10, activation: "softmax" }),
    ],
    { seed },
  );
  const fit = { epochs, batchSize };
  return { model, compile: (images) => adam(0.01, images, fit), fit };
}

/** Moving statistics that follow fast, as the weights do: Keras' momentum of 0.99 still holds much of the beginning after 100 steps. */
const normalizedRelu = () => [layers.batchNormalization({ momentum: 0.9 }), layers.relu()];

/**
 * Adam with a learning rate that rises to `rate` in the first tenth of the steps and falls along a cosine in the others. A tenth of each
 * label goes to all classes alike: the network is not pushed to be sure of what cannot be read.
 */
function adam(rate: number, images: number, { epochs, batchSize }: Recipe["fit"]): CompileOptions {
  const steps = epochs * Math.ceil(images / batchSize);
  const warmupSteps = Math.round(steps / 10);
  const learningRate = new schedules.CosineDecay({
    initialLearningRate: rate / 20,
    warmupTarget: rate,
    warmupSteps,
    decaySteps: steps - warmupSteps,
    alpha: 0.001,
  });
  return {
    optimizer: new optimizers.Adam({ learningRate }),
    loss: new losses.CategoricalCrossentropy({ labelSmoothing: 0.1 }),
    metrics: ["accuracy"],
  };
}

/** What `train-mnist --recipe` knows. */
export const recipes = { tutorial, fast, best };
export type RecipeName = keyof typeof recipes;

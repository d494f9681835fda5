import { type Layer, layers, Sequential, type Shape, toCategorical } from "wasm-cnn";
import { medians } from "./measure.js";
import { networks } from "./shapes.js";

const BATCH = 64;

/**
 * What flips, translations and rotations of a batch of 64 images of 32 x 32 x 3 cost, as a share of a training step of the
 * VGG-like network on it, in turns: the difference of two small networks, of which one has them.
 */
export async function benchAugmentation(runs: number): Promise<number> {
  const vgg = networks.find(({ name }) => name === "vgg")!;
  const images = Float32Array.from({ length: BATCH * 32 * 32 * 3 }, (_, i) => ((i * 7919) % 256) / 255);
  const labels = toCategorical(
    Array.from({ length: BATCH }, (_, i) => i % 10),
    10,
  );
  const end = () => [layers.globalAveragePooling2d(), layers.dense({ units: 10, activation: "softmax" })];
  const augmentations = [
    layers.randomFlip({ mode: "horizontal" }),
    layers.randomTranslation({ heightFactor: 0.1, widthFactor: 0.1 }),
    layers.randomRotation({ factor: 0.1 }),
  ];
  const models = [[...augmentations, ...end()], end(), vgg.layers].map((each) => trained(vgg.inputShape, each));
  const times = await medians(
    models.map((model) => () => model.trainOnBatch(images, labels)),
    runs,
  );
  for (const model of models) model.dispose();
  return (times[0]! - times[1]!) / times[2]!;
}

function trained(shape: Shape, each: readonly Layer[]): Sequential {
  const model = new Sequential([layers.inputLayer({ shape }), ...each], { seed: 1 });
  model.compile({ optimizer: "rmsprop", loss: "categoricalCrossentropy", threads: 0 });
  return model;
}

import { loadModelFile } from "./loadModelFile.js";
import { mnistData } from "./mnistData.js";
import { inputShapeOf, scaled } from "./modelInput.js";
import { metric } from "../base/numberFormat.js";
import { lossAndAccuracy } from "./trainingRecord.js";

export interface EvaluateOptions {
  data?: string;
  json?: boolean;
}

/** `wasm-cnn evaluate`: how well a model reads MNIST's test images. */
export async function evaluate(file: string, { data: folder, json = false }: EvaluateOptions): Promise<void> {
  const model = await loadModelFile(file, { compile: false });
  const shape = inputShapeOf(model, file);
  if (shape.reduce((size, side) => size * side, 1) !== 28 * 28) {
    throw new Error(`${file}: expected a model that takes images of 28 x 28, got one that takes (${shape.join(", ")})`);
  }
  model.compile({ optimizer: "rmsprop", loss: "categoricalCrossentropy", metrics: ["accuracy"] });
  const { signal } = new AbortController();
  const onMessage = (text: string) => void process.stderr.write(`${text}\n`);
  const { test } = await mnistData({ data: folder, signal, onMessage });
  const images = { data: scaled(model, test.images.data), shape: [test.count, ...shape] };
  const { loss, accuracy } = lossAndAccuracy(await model.evaluate(images, test.labels, { batchSize: 256 }));
  model.dispose();
  const text = `Test accuracy: ${metric(accuracy)} - test loss: ${metric(loss)}`;
  process.stdout.write(
    `${json ? JSON.stringify({ testAccuracy: accuracy, testLoss: loss, images: test.count }) : text}\n`,
  );
}

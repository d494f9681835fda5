import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadMnist, type Sequential, toCategorical } from "../library.js";
import { seedNetwork } from "../seedNetwork.js";
import { onnxModel } from "./onnxModel.js";

const BATCH = 64;
/** Steps behind the weights of the inference tasks: enough for outputs that differ from image to image. */
const TRAINED_STEPS = 100;

/**
 * Writes what all contenders start from, into a new temporary folder whose path it returns: MNIST's training images and
 * labels (bytes), fresh weights to train, trained ones to infer with (f32, Keras' order and layout), and ONNX models of the
 * latter.
 */
export async function writeWorkload(encodeOnnx: (model: object) => Uint8Array): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "wasm-cnn-bench-"));
  const { trainImages, trainLabels } = await loadMnist();
  writeFileSync(join(folder, "images"), trainImages.data);
  writeFileSync(join(folder, "labels"), trainLabels.data);

  const model = seedNetwork();
  writeFileSync(join(folder, "shapes.json"), JSON.stringify(model.getWeights().map(({ shape }) => shape)));
  writeFileSync(join(folder, "initialWeights"), weightBytes(model));
  for (let step = 0; step < TRAINED_STEPS; step++) {
    const [first, last] = [step * BATCH, (step + 1) * BATCH];
    const labels = toCategorical(trainLabels.data.subarray(first, last), 10);
    await model.trainOnBatch(trainImages.data.subarray(first * 784, last * 784), labels);
  }
  writeFileSync(join(folder, "trainedWeights"), weightBytes(model));
  for (const batchSize of [1, BATCH]) {
    writeFileSync(join(folder, `seed${batchSize}.onnx`), encodeOnnx(onnxModel(model.getWeights(), batchSize)));
  }
  return folder;
}

function weightBytes(model: Sequential): Uint8Array {
  return Buffer.concat(
    model.getWeights().map(({ data }) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength)),
  );
}

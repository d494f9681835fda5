import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  loadMnist,
  type Model,
  type NamedWeight,
  type Sequential,
  type Shape,
  toCategorical,
  writeOnnx,
} from "../library.js";
import { onnxModel } from "./onnxModel.js";
import { type PeerNetwork, peerNetworks } from "./peerNetworks.js";
import type { Shapes } from "./serve.js";
import { TASKS, type Task } from "./tasks.js";

const BATCH = 64;
/** Steps behind the weights of the seed's inference tasks: enough for outputs that differ from image to image. */
const TRAINED_STEPS = 100;

/** Bytes of an ONNX file from the object that its protobuf describes. */
type EncodeOnnx = (model: object) => Uint8Array;

/**
 * Writes what all contenders start from, into a new temporary folder whose path it returns, a folder for each network of these
 * tasks: images and labels (bytes), weights to train and weights to infer with (f32, Keras' order and layout), and the latter as
 * ONNX and, but for the seed's, TensorFlow.js models.
 */
export async function writeWorkload(tasks: readonly Task[], encodeOnnx: EncodeOnnx): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "wasm-cnn-bench-"));
  try {
    for (const network of new Set(tasks.map((task) => TASKS[task].network))) {
      const own = join(folder, network);
      mkdirSync(own);
      if (network === "seed") await writeSeed(own, encodeOnnx);
      else await writeNetwork(own, network);
    }
  } catch (error) {
    rmSync(folder, { recursive: true });
    throw error;
  }
  return folder;
}

/** The seed's network, trained for a while on MNIST. */
async function writeSeed(folder: string, encodeOnnx: EncodeOnnx): Promise<void> {
  const { trainImages, trainLabels } = await loadMnist();
  writeFileSync(join(folder, "images"), trainImages.data);
  writeFileSync(join(folder, "labels"), trainLabels.data);
  const model = peerNetworks.seed({});
  writeShapes(folder, model);
  writeWeights(join(folder, "initialWeights"), model);
  for (let step = 0; step < TRAINED_STEPS; step++) {
    const [first, last] = [step * BATCH, (step + 1) * BATCH];
    const labels = toCategorical(trainLabels.data.subarray(first, last), 10);
    await model.trainOnBatch(trainImages.data.subarray(first * 784, last * 784), labels);
  }
  writeWeights(join(folder, "trainedWeights"), model);
  for (const batchSize of [1, BATCH]) {
    writeFileSync(join(folder, `model${batchSize}.onnx`), encodeOnnx(onnxModel(model.getWeights(), batchSize)));
  }
  model.dispose();
}

/** A network of examples/networks, on images of random squares. */
async function writeNetwork(folder: string, network: PeerNetwork): Promise<void> {
  const model = peerNetworks[network]({});
  const inputShape = model.inputs[0]!.sizes as [number, number, number];
  const pixelsOfOne = inputShape.reduce((product, size) => product * size, 1);
  // Imports the initializers that it names.
  await model.predict(new Float32Array(pixelsOfOne));
  const tasks = Object.values(TASKS).filter((task) => task.network === network);
  const images = Math.max(...tasks.map(({ batches, batchSize }) => batches * batchSize));
  const random = randomNumbers();
  writeFileSync(
    join(folder, "images"),
    Buffer.concat(Array.from({ length: images }, () => randomSquares(inputShape, random))),
  );
  const classes = Math.min(256, model.outputs[0]!.sizes[0]!);
  writeFileSync(
    join(folder, "labels"),
    Uint8Array.from({ length: images }, () => classes * random()),
  );
  writeShapes(folder, model);
  model.setWeights(model.getWeights().map(withUnitOutputs));
  writeWeights(join(folder, "initialWeights"), model);
  await makeTelling(model, random, pixelsOfOne);
  writeWeights(join(folder, "trainedWeights"), model);
  writeFileSync(join(folder, "model.onnx"), writeOnnx(await model.snapshot(), { layout: "nchw" }));
  await model.save(join(folder, "model.json"), { includeOptimizer: false });
  model.dispose();
}

/** Fresh statistics are zeros and ones, and outputs where one class takes all are the same whatever came before: both hide mistakes. */
async function makeTelling(model: Model | Sequential, random: () => number, pixels: number): Promise<void> {
  const weights = model.getWeights().map(({ name, shape, data }) => {
    const spread = SPREADS[name.slice(name.lastIndexOf("/") + 1)];
    return { shape, data: spread ? data.map(() => spread.from + spread.width * random()) : data };
  });
  const image = Float32Array.from({ length: pixels }, random);
  const classifier = weights.at(-2)!;
  for (;;) {
    model.setWeights(weights);
    const { data } = await model.predict(image);
    if (data.every((value) => value < LARGEST_OUTPUT)) return;
    classifier.data = classifier.data.map((value) => value / 2);
  }
}

const LARGEST_OUTPUT = 0.5;

const SPREADS: Record<string, { readonly from: number; readonly width: number } | undefined> = {
  gamma: { from: 0.5, width: 1 },
  beta: { from: -0.5, width: 1 },
  bias: { from: -0.1, width: 0.2 },
  moving_mean: { from: -0.1, width: 0.2 },
  moving_variance: { from: 0.5, width: 1 },
};

/**
 * Kernels of convolutions so large that what comes out is about as large as what goes in. Fresh depthwise kernels make so little of it
 * that batch normalisation divides by almost nothing, and a loss after one update is half rounding errors, in any library.
 */
function withUnitOutputs({ shape, data }: NamedWeight): { shape: Shape; data: Float32Array } {
  if (shape.length !== 4) return { shape, data };
  const [height, width, channels, filters] = shape as [number, number, number, number];
  // Depthwise kernels have one filter a channel.
  const terms = height * width * (filters === 1 ? 1 : channels);
  const square = data.reduce((sum, value) => sum + value * value, 0) / data.length;
  const scale = Math.sqrt(2 / terms / square);
  return { shape, data: data.map((value) => value * scale) };
}

/** An image of 6 x 6 squares, each of one colour: noise would look the same everywhere to a deep layer. */
function randomSquares([height, width, channels]: [number, number, number], random: () => number): Uint8Array {
  const colours = Array.from({ length: 36 * channels }, () => 256 * random());
  return Uint8Array.from({ length: height * width * channels }, (_, i) => {
    const [place, channel] = [Math.floor(i / channels), i % channels];
    const [row, column] = [Math.floor(place / width), place % width];
    const square = 6 * Math.floor((6 * row) / height) + Math.floor((6 * column) / width);
    return colours[square * channels + channel]!;
  });
}

/** From 0 to 1, the same ones each time. */
function randomNumbers(): () => number {
  let state = 1;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

function writeShapes(folder: string, model: Model | Sequential): void {
  const [input, output] = [model.inputs[0]!, model.outputs[0]!];
  const weights = model.getWeights().map(({ shape }) => shape);
  const shapes: Shapes = { input: input.sizes as number[], classes: output.sizes[0]!, weights };
  writeFileSync(join(folder, "shapes.json"), JSON.stringify(shapes));
}

function writeWeights(path: string, model: Model | Sequential): void {
  const bytes = model.getWeights().map(({ data }) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  writeFileSync(path, Buffer.concat(bytes));
}

// Writes the fixtures of this folder with real TensorFlow.js: `npm ci --ignore-scripts --prefix test/interop`, then
// `node test/files/tfjs/make.mjs`. Each folder has the files of a LayersModel as TensorFlow.js sends them over HTTP, and
// predictions.json: samples, and what TensorFlow.js predicts of them when it has read those very files.

import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { core, initializers, layers, load, predict, save, sequential } from "../../interop/tensorflowJs.mjs";

const CLASSES = 4;

/** Initializers of TensorFlow.js' own kinds with a seed, so that the files are the same each time. */
const normal = (seed) => ({ kernelInitializer: initializers.glorotNormal({ seed }) });
const uniform = (seed) => ({ kernelInitializer: initializers.glorotUniform({ seed }) });

const classifier = (name, trainable = true) =>
  sequential({
    name,
    layers: [
      layers.rescaling({ scale: 0.5, offset: 0.25, inputShape: [8, 8, 1], name: `${name}_rescaling` }),
      layers.conv2d({ filters: 3, kernelSize: 3, activation: "relu", trainable, name: `${name}_conv`, ...normal(1) }),
      layers.maxPooling2d({ poolSize: 2, name: `${name}_pool` }),
      layers.flatten({ name: `${name}_flatten` }),
      layers.dense({ units: 6, activation: "relu", name: `${name}_hidden`, ...normal(2) }),
      layers.dense({ units: CLASSES, activation: "softmax", name: `${name}_classes`, ...normal(3) }),
    ],
  });

const windows = () =>
  sequential({
    name: "windows",
    layers: [
      layers.inputLayer({ inputShape: [9, 7, 2], name: "images" }),
      layers.conv2d({ filters: 2, kernelSize: [3, 2], padding: "same", useBias: false, name: "same", ...uniform(1) }),
      layers.maxPooling2d({ poolSize: [3, 2], strides: [2, 1], padding: "same", name: "pool" }),
      layers.conv2d({ filters: 3, kernelSize: 2, dilationRate: [1, 2], name: "dilated", ...uniform(2) }),
      layers.conv2d({
        filters: 3,
        kernelSize: 2,
        strides: 2,
        padding: "same",
        activation: "relu",
        name: "strides",
        ...uniform(3),
      }),
      layers.dense({ units: 2, useBias: false, name: "dense", ...uniform(4) }),
    ],
  });

/** The same numbers each time, from -1 to 1. */
function numbers(shape, seed) {
  const data = Float32Array.from({ length: core.util.sizeFromShape(shape) }, (_, i) =>
    Math.sin(i * 12.9898 + seed * 78.233),
  );
  return { shape, data };
}

async function train(model, optimizer) {
  model.compile({ optimizer, loss: "categoricalCrossentropy", metrics: ["accuracy"] });
  const x = core.tensor(numbers([8, 8, 8, 1], 1).data, [8, 8, 8, 1]);
  const y = core.oneHot(core.tensor1d([0, 1, 2, 3, 0, 1, 2, 3], "int32"), CLASSES);
  for (let step = 0; step < 3; step++) await model.trainOnBatch(x, y);
  return model;
}

async function write(name, files) {
  const folder = new URL(`${name}/`, import.meta.url);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  for (const [path, bytes] of files) writeFileSync(new URL(path, folder), bytes);
  const model = await load(files);
  const x = numbers([3, ...model.inputs[0].shape.slice(1)], 2);
  const y = await predict(model, x);
  const plain = ({ shape, data }) => ({ shape, data: [...data] });
  writeFileSync(new URL("predictions.json", folder), `${JSON.stringify({ x: plain(x), y: plain(y) })}\n`);
}

/** As the converter does it: levels from the least number to the greatest, moved so that 0 is one of them. */
function quantize(data, dtype) {
  if (dtype === "float16") {
    // Only what halves hold: cut off what they have not.
    const bits = Uint32Array.from(new Uint32Array(data.buffer), (value) => value);
    const halves = Uint16Array.from(bits, (value) => {
      const exponent = ((value >>> 23) & 255) - 127 + 15;
      return exponent <= 0 ? 0 : ((value >>> 16) & 0x8000) | (exponent << 10) | ((value >>> 13) & 1023);
    });
    return { values: halves, quantization: { dtype, original_dtype: "float32" } };
  }
  const most = dtype === "uint8" ? 255 : 65535;
  const [low, high] = [Math.min(0, ...data), Math.max(0, ...data)];
  if (low === high)
    return {
      values: new (dtype === "uint8" ? Uint8Array : Uint16Array)(data.length),
      quantization: { dtype, scale: 1, min: low, original_dtype: "float32" },
    };
  const scale = (high - low) / most;
  const min = -Math.round(-low / scale) * scale;
  const levels = Array.from(data, (value) => Math.min(most, Math.max(0, Math.round((value - min) / scale))));
  const values = dtype === "uint8" ? Uint8Array.from(levels) : Uint16Array.from(levels);
  return { values, quantization: { dtype, scale, min, original_dtype: "float32" } };
}

/** A saved model with its weights quantized, in shards so small that weights lie across them. */
function quantized(files, dtype, shardBytes) {
  const model = JSON.parse(new TextDecoder().decode(files.get("model.json")));
  const data = files.get("model.weights.bin");
  const [{ weights }] = model.weightsManifest;
  let at = 0;
  const parts = weights.map((weight) => {
    const bytes = 4 * core.util.sizeFromShape(weight.shape);
    const { values, quantization } = quantize(new Float32Array(data.slice(at, at + bytes).buffer), dtype);
    at += bytes;
    weight.quantization = quantization;
    return Buffer.from(values.buffer);
  });
  const all = Buffer.concat(parts);
  const count = Math.ceil(all.length / shardBytes);
  const paths = Array.from({ length: count }, (_, i) => `group1-shard${i + 1}of${count}.bin`);
  model.weightsManifest[0].paths = paths;
  const shards = paths.map((path, i) => [path, new Uint8Array(all.subarray(i * shardBytes, (i + 1) * shardBytes))]);
  return new Map([["model.json", new TextEncoder().encode(JSON.stringify(model))], ...shards]);
}

const { rmsprop } = core.train;
const plain = await train(classifier("classifier"), rmsprop(0.01));
await write("trained", await save(plain, { includeOptimizer: true }));
await write(
  "frozen",
  await save(await train(classifier("frozen", false), rmsprop(0.01, 0.8, 0.5)), { includeOptimizer: true }),
);
await write("windows", await save(windows()));
const inference = await save(plain);
for (const dtype of ["uint8", "uint16", "float16"]) await write(dtype, quantized(inference, dtype, 300));

// `cpu`, `wasm`, `wasm added` or `wasm fused`: TensorFlow.js through its own Layers API; "added" brings the one gradient kernel
// that its wasm backend lacks, made of its own operations, "fused" runs a loaded model as its converter would make it.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { readWorkload, serve, toFloats, toOneHot } from "../../../build/bench/peers/serve.js";
import { fusedModel } from "./fusedTfjs.mjs";
import { threadedTfjsWasm } from "./threadedTfjsWasm.mjs";

const require = createRequire(import.meta.url);
const [backend, more] = process.argv.slice(2);
const tf = require("@tensorflow/tfjs-core");
const { layers, loadLayersModel, sequential } = require("@tensorflow/tfjs-layers");

async function setBackend({ threads, folder }) {
  if (backend === "cpu") {
    require("@tensorflow/tfjs-backend-cpu");
    await tf.setBackend("cpu");
    return "one thread: this backend has no more";
  }
  const wasm = require("@tensorflow/tfjs-backend-wasm");
  if (threads > 1) threadedTfjsWasm(tf, threads, folder);
  wasm.setThreadsCount(threads);
  await tf.setBackend("wasm");
  if (threads > 1 && wasm.getThreadsCount() !== threads) {
    throw new Error(`tfjs: expected ${threads} threads, got ${wasm.getThreadsCount()}`);
  }
  return threads > 1 ? "threads switched on by hand: in Node it refuses them" : undefined;
}

/** dW(kh, kw, c, o) = sum over n, h, w of x(n, h + kh, w + kw, c) * dy(n, h, w, o). */
function addKernelGradient() {
  tf.registerKernel({
    kernelName: "Conv2DBackpropFilter",
    backendName: "wasm",
    kernelFunc: ({ inputs: { x, dy }, attrs: { filterShape } }) =>
      tf.tidy(() => {
        const [height, width, channels, filters] = filterShape;
        const [samples, rows, columns] = dy.shape;
        // Its matrix product is only fast where neither side is transposed: one transpose in front.
        const planes = tf.transpose(x, [3, 0, 1, 2]);
        const patches = [];
        for (let kh = 0; kh < height; kh++) {
          for (let kw = 0; kw < width; kw++) {
            const shifted = tf.slice(planes, [0, 0, kh, kw], [channels, samples, rows, columns]);
            patches.push(tf.reshape(shifted, [channels, -1]));
          }
        }
        return tf.reshape(tf.matMul(tf.concat(patches), tf.reshape(dy, [-1, filters])), filterShape);
      }),
  });
}

function seedNetwork(weights) {
  const model = sequential({
    layers: [
      layers.conv2d({ filters: 32, kernelSize: 3, activation: "relu", inputShape: [28, 28, 1] }),
      layers.maxPooling2d({ poolSize: 2 }),
      layers.conv2d({ filters: 64, kernelSize: 3, activation: "relu" }),
      layers.maxPooling2d({ poolSize: 2 }),
      layers.conv2d({ filters: 64, kernelSize: 3, activation: "relu" }),
      layers.flatten(),
      layers.dense({ units: 64, activation: "relu" }),
      layers.dense({ units: 10, activation: "softmax" }),
    ],
  });
  model.setWeights(weights.map(({ shape, data }) => tf.tensor(data, shape)));
  // Explicit, as its defaults are not Keras'.
  model.compile({ optimizer: tf.train.rmsprop(1e-3, 0.9, 0, 1e-7), loss: "categoricalCrossentropy" });
  return model;
}

/** The model that our writer has made. */
function loadNetwork(folder) {
  const { modelTopology, weightsManifest } = JSON.parse(readFileSync(join(folder, "model.json"), "utf8"));
  const bytes = Buffer.concat(
    weightsManifest.flatMap(({ paths }) => paths.map((path) => readFileSync(join(folder, path)))),
  );
  const weightData = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
  const weightSpecs = weightsManifest.flatMap(({ weights }) => weights);
  return loadLayersModel({ load: async () => ({ modelTopology, weightSpecs, weightData }) });
}

await serve(async (setup) => {
  const { weights, images, labels, batchSize, inputShape, classes } = readWorkload(setup);
  const threadNote = await setBackend(setup);
  if (more === "added") addKernelGradient();
  const model = setup.network === "seed" ? seedNetwork(weights) : await loadNetwork(setup.folder);
  const fused = more === "fused" && fusedModel(tf, model);
  const inputs = images.map((bytes) => tf.tensor(toFloats(bytes), [batchSize, ...inputShape]));
  const targets = labels.map((each) => tf.tensor(toOneHot(each, classes), [batchSize, classes]));
  const notes = { added: "kernel gradient added by hand", fused: "batch normalisation folded, activations fused" };
  return {
    note: [threadNote, notes[more]].filter(Boolean).join("; "),
    async step(batch) {
      if (setup.training) return model.trainOnBatch(inputs[batch], targets[batch]);
      const outputs = fused ? tf.tidy(() => fused(inputs[batch])) : model.predictOnBatch(inputs[batch]);
      const values = outputs.dataSync();
      outputs.dispose();
      return values;
    },
  };
});

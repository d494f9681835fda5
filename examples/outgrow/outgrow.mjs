// A model that has outgrown one machine: begun here, carried on by Keras with two worker processes, and back again.
//
//   pip install keras tensorflow      (or tensorflow-cpu)
//   node examples/outgrow/outgrow.mjs [--python python3] [--images 6000] [--epochs 3]

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { layers, loadMnist, loadModel, Sequential, toCategorical } from "wasm-cnn";

const { values: options } = parseArgs({
  options: {
    python: { type: "string", default: "python3" },
    images: { type: "string", default: "6000" },
    epochs: { type: "string", default: "3" },
  },
});
const WORKERS = 2;
const images = Number(options.images);
const SAMPLE = 28 * 28;

/** Some images of MNIST as `fit` takes them. */
const samples = ({ data }, count) => ({ data: data.subarray(0, count * SAMPLE), shape: [count, 28, 28, 1] });
const targets = ({ data }, count) => toCategorical(data.subarray(0, count), 10);

/** Ports that nobody listens on. */
async function freePorts(count) {
  const servers = Array.from({ length: count }, () => createServer().listen(0, "127.0.0.1"));
  await Promise.all(servers.map((server) => once(server, "listening")));
  const ports = servers.map((server) => server.address().port);
  await Promise.all(servers.map((server) => once(server.close(), "close")));
  return ports;
}

/** All workers at once; if one fails the others would wait for it, so they are ended. */
async function carryOn(folder) {
  const ports = await freePorts(WORKERS);
  const script = fileURLToPath(new URL("worker.py", import.meta.url));
  const workers = ports.map((_, index) =>
    spawn(options.python, [script, String(index), ports.join(","), folder, options.epochs], {
      stdio: ["ignore", "inherit", "pipe"],
      env: { ...process.env, CUDA_VISIBLE_DEVICES: "", TF_CPP_MIN_LOG_LEVEL: "2" },
    }),
  );
  const ended = workers.map(async (worker, index) => {
    let text = "";
    worker.stderr.on("data", (part) => (text += part));
    const [code] = await once(worker, "close");
    if (code !== 0) throw new Error(`worker ${index}: expected exit code 0, got ${code}\n${text}`);
  });
  try {
    await Promise.all(ended);
  } finally {
    for (const worker of workers) worker.kill();
    await Promise.allSettled(ended);
  }
}

const percent = ({ accuracy }) => `${(100 * accuracy).toFixed(2)} %`;
const mnist = await loadMnist();
const x = samples(mnist.trainImages, images);
const y = targets(mnist.trainLabels, images);
const test = [samples(mnist.testImages, 2000), targets(mnist.testLabels, 2000)];
const folder = await mkdtemp(join(tmpdir(), "wasm-cnn-outgrow-"));
try {
  const model = new Sequential(
    [
      layers.rescaling({ scale: 1 / 255, inputShape: [28, 28, 1] }),
      layers.conv2d({ filters: 16, kernelSize: 3, activation: "relu" }),
      layers.maxPooling2d(),
      layers.conv2d({ filters: 32, kernelSize: 3, activation: "relu" }),
      layers.maxPooling2d(),
      layers.flatten(),
      layers.dense({ units: 10, activation: "softmax" }),
    ],
    { seed: 1 },
  );
  model.compile({ optimizer: "rmsprop", loss: "categoricalCrossentropy", metrics: ["accuracy"] });
  await model.fit(x, y, { batchSize: 64 });
  console.log(`begun here: test accuracy ${percent(await model.evaluate(...test))}`);

  await model.save(join(folder, "begun.keras"));
  await writeFile(join(folder, "images.bin"), x.data);
  await writeFile(join(folder, "labels.bin"), mnist.trainLabels.data.subarray(0, images));
  await carryOn(folder);

  const carried = await loadModel(join(folder, "carried.keras"));
  console.log(`carried on by Keras, back here: test accuracy ${percent(await carried.evaluate(...test))}`);
  await carried.fit(x, y, { batchSize: 64 });
  console.log(`one epoch more here: test accuracy ${percent(await carried.evaluate(...test))}`);
} finally {
  await rm(folder, { recursive: true, force: true });
}

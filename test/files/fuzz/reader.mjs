// A worker: reads mutants and says what came of each. The one who started it watches the time.

import { parentPort, workerData } from "node:worker_threads";
import { modelFromBytes, modelFromJSON, modelFromSnapshot } from "wasm-cnn";
import { readTfjs } from "wasm-cnn/files/tfjs";
import { mutant } from "./mutate.mjs";

/** What the engine says where something was not checked. */
const UNCHECKED =
  /of undefined|of null|is not a function|not iterable|call stack|typed array|bounds of|out of memory|allocation|BigInt|circular|Cannot |Invalid |WebAssembly/;

const { begin, step, counter } = workerData;
const template = modelFromJSON({
  class_name: "Sequential",
  config: { layers: [{ class_name: "Dense", config: { name: "dense", units: 3, batch_input_shape: [null, 4] } }] },
});

/** A model of TensorFlow.js. @param {Map<string, Uint8Array>} shards */
async function readFiles(bytes, shards) {
  const files = async (name) => {
    const file = name === "model.json" ? bytes : shards.get(name.replace(/^\.\//, ""));
    if (!file) throw new Error(`expected a file that is there, got ${name}`);
    return file;
  };
  return modelFromSnapshot(await readTfjs(files));
}

for (let number = begin; ; number += step) {
  Atomics.store(counter, 0, BigInt(number));
  const { name, bytes, shards } = mutant(number);
  const before = await template.fingerprint();
  let failure;
  let read = false;
  try {
    const model = await (shards ? readFiles(bytes, shards) : modelFromBytes(bytes));
    read = true;
    if (!Number.isInteger(model.countParams())) failure = "a model without weights";
    model.dispose();
  } catch (error) {
    if (!(error instanceof Error) || UNCHECKED.test(error.message)) failure = String(error?.stack ?? error);
  }
  try {
    await template.loadWeights(bytes);
  } catch (error) {
    if (!(error instanceof Error) || UNCHECKED.test(error.message)) failure ??= String(error?.stack ?? error);
    if ((await template.fingerprint()) !== before) failure ??= "a half-loaded model";
  }
  parentPort.postMessage({ number, name, read, failure });
}

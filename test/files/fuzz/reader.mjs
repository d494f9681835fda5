// A worker: reads mutants and says what came of each. The one who started it watches the time.

import { parentPort, workerData } from "node:worker_threads";
import { modelFromBytes, modelFromJSON } from "wasm-cnn";
import { mutant } from "./mutate.mjs";

/** What the engine says where something was not checked. */
const UNCHECKED =
  /of undefined|of null|is not a function|not iterable|call stack|typed array|bounds of|out of memory|allocation|BigInt|circular|Cannot |Invalid |WebAssembly/;

const { begin, step, counter } = workerData;
const template = modelFromJSON({
  class_name: "Sequential",
  config: { layers: [{ class_name: "Dense", config: { units: 3, batch_input_shape: [null, 4] } }] },
});

for (let number = begin; ; number += step) {
  Atomics.store(counter, 0, BigInt(number));
  const { name, bytes } = mutant(number);
  const before = await template.fingerprint();
  let failure;
  let read = false;
  try {
    const model = await modelFromBytes(bytes);
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

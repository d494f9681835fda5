// A worker: saves one model to one path, again and again.

import { parentPort, workerData } from "node:worker_threads";
import { modelFromBytes } from "wasm-cnn";

const { bytes, target, format, times } = workerData;
const model = await modelFromBytes(bytes);
for (let i = 0; i < times; i++) await model.save(target, { format });
parentPort.postMessage("done");

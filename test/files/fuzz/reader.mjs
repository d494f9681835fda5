// A worker: reads mutants and says what came of each. The one who started it watches the time.

import { parentPort, workerData } from "node:worker_threads";
import { modelFromBytes, modelFromJSON, modelFromSnapshot } from "wasm-cnn";
import { readTfjs } from "wasm-cnn/files/tfjs";
import { decodePng } from "../../../dist/cli/decodePng.js";
import { Source } from "../../../dist/files/hdf5/cursor.js";
import { readHdf5 } from "../../../dist/files/hdf5/readHdf5.js";
import { isHdf5 } from "../../../dist/files/hdf5/signature.js";
import { ZipArchive } from "../../../dist/files/zip.js";
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

/** Bytes that are read as numbers, by whomever: what the readers count themselves is not taken on trust. */
let bytesRead = 0;
for (const [name, size] of Object.entries({ getUint8: 1, getUint16: 2, getUint32: 4, getInt32: 4, getBigUint64: 8 })) {
  const method = DataView.prototype[name];
  DataView.prototype[name] = function (...args) {
    bytesRead += size;
    return method.apply(this, args);
  };
}

/** What was too much work for a file, in the readers' own counts; undefined if nothing was. */
async function tooMuchWork(bytes) {
  const hdf5 = async (file) => {
    const source = new Source(file);
    bytesRead = 0;
    try {
      readHdf5(file, source);
    } catch {}
    if (Math.max(source.read, bytesRead) > 5 * file.length)
      return `${source.read}, ${bytesRead} of ${file.length} read`;
    return source.found > 70_000 + file.length / 16 ? `${source.found} things in ${file.length} bytes` : undefined;
  };
  if (isHdf5(bytes)) return hdf5(bytes);
  if (bytes[0] !== 0x50) return undefined;
  try {
    const archive = new ZipArchive("file", bytes, ["config.json", "model.weights.h5", "wasm-cnn.json"]);
    for (const name of archive.names) {
      const entry = await archive.read(name, 2 ** 25).catch(() => undefined);
      const most = Math.max(2 ** 20, 20 * bytes.length) + 2 ** 23;
      if (archive.unpacked > most) return `${archive.unpacked} bytes unpacked of ${bytes.length}`;
      if (entry && isHdf5(entry)) return hdf5(entry);
    }
  } catch {}
  return undefined;
}

/** An error that the reader meant. */
const isClear = (error) => error instanceof Error && !UNCHECKED.test(error.message);

/** What goes wrong with a model's file. */
async function readModel({ bytes, shards }) {
  const before = await template.fingerprint();
  let failure = await tooMuchWork(bytes);
  let read = false;
  try {
    const model = await (shards ? readFiles(bytes, shards) : modelFromBytes(bytes));
    read = true;
    if (!Number.isInteger(model.countParams())) failure ??= "a model without weights";
    model.dispose();
  } catch (error) {
    if (!isClear(error)) failure ??= String(error?.stack ?? error);
  }
  try {
    await template.loadWeights(bytes);
  } catch (error) {
    if (!isClear(error)) failure ??= String(error?.stack ?? error);
    if ((await template.fingerprint()) !== before) failure ??= "a half-loaded model";
  }
  return { failure, read };
}

/** What goes wrong with an image. Deflate packs 1,032 to 1, and a bit becomes 4 bytes. */
async function readPng({ bytes }) {
  try {
    const { data, width, height } = await decodePng(bytes);
    const most = 32 * 1_032 * bytes.length;
    const fits = data.length === 4 * width * height && data.length <= most;
    return { read: true, failure: fits ? undefined : `${data.length} bytes of pixels of ${bytes.length}` };
  } catch (error) {
    return { read: false, failure: isClear(error) ? undefined : String(error?.stack ?? error) };
  }
}

for (let number = begin; ; number += step) {
  Atomics.store(counter, 0, BigInt(number));
  const { name, ...file } = mutant(number);
  const { failure, read } = await (name.endsWith(".png") ? readPng(file) : readModel(file));
  parentPort.postMessage({ number, name, read, failure });
}

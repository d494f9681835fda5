// TensorFlow.js as the tests and the fixtures use it, from the packages of this folder.

import "@tensorflow/tfjs-backend-cpu";
import * as core from "@tensorflow/tfjs-core";
import { initializers, layers, loadLayersModel, sequential, version_layers } from "@tensorflow/tfjs-layers";

export { core, initializers, layers, sequential, version_layers };

const FOLDER = "http://localhost/";

/** Reads a LayersModel from its files, the way it comes over HTTP. @param {Map<string, Uint8Array>} files */
export function load(files) {
  const fetchFunc = async (url) => {
    const file = files.get(url.slice(FOLDER.length).replace(/^\.\//, ""));
    return file ? new Response(file) : new Response("", { status: 404 });
  };
  return loadLayersModel(`${FOLDER}model.json`, { fetchFunc });
}

/** The files that TensorFlow.js sends when it saves a model over HTTP. @returns {Promise<Map<string, Uint8Array>>} */
export async function save(model, options) {
  const files = new Map();
  const fetchFunc = async (_, { body }) => {
    for (const [name, file] of body) files.set(name, new Uint8Array(await file.arrayBuffer()));
    return new Response();
  };
  await model.save(core.io.http(FOLDER, { fetchFunc }), options);
  return files;
}

/** @param {{ data: ArrayLike<number>, shape: number[] }} x */
export async function predict(model, { data, shape }) {
  const y = model.predict(core.tensor(Float32Array.from(data), shape));
  return { shape: y.shape, data: await y.data() };
}

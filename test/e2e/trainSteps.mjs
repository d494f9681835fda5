import { loadMnist, toCategorical } from "wasm-cnn";
import { mnistNetwork } from "../../dist/cli/mnistNetwork.js";

/**
 * Trains the README's network on the first batches of MNIST, in any engine that can import the library.
 * @param threads one result for each of these numbers of worker threads
 * @param mnist where MNIST is, as `loadMnist` takes it
 * @returns for each: the fingerprint of the weights, the loss, and who computed
 */
export async function trainSteps({ steps = 30, threads = [0, 1, 2, 3], mnist = {} } = {}) {
  const batchSize = 64;
  const { trainImages, trainLabels } = await loadMnist(mnist);
  const count = steps * batchSize;
  const x = { data: trainImages.data.subarray(0, count * 28 * 28), shape: [count, 28, 28, 1] };
  const y = toCategorical(trainLabels.data.subarray(0, count), 10);
  const results = [];
  for (const wanted of threads) {
    const model = mnistNetwork(1);
    model.compile({ optimizer: "rmsprop", loss: "categoricalCrossentropy", metrics: ["accuracy"], threads: wanted });
    const { history } = await model.fit(x, y, { batchSize });
    const { threads: workers, shards, reason } = model.backendInfo();
    results.push({ fingerprint: await model.fingerprint(), loss: history.loss[0], workers, shards, reason });
    model.dispose();
  }
  return results;
}

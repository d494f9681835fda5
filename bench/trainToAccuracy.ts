// One run of timeToAccuracy.ts: `node trainToAccuracy.js SEED TARGET EPOCHS` trains on MNIST with the seed until the test
// accuracy at the end of an epoch reaches the target, and prints a JSON line after each epoch.

import { loadMnist, toCategorical } from "wasm-cnn";
import { seedNetwork } from "./seedNetwork.js";

const [seed, target, epochs] = process.argv.slice(2).map(Number) as [number, number, number];
const { trainImages, trainLabels, testImages, testLabels } = await loadMnist();
const model = seedNetwork({ seed, threads: "auto" });
await model.fit(trainImages.data, toCategorical(trainLabels.data, 10), {
  epochs,
  batchSize: 64,
  validationData: [testImages.data, toCategorical(testLabels.data, 10)],
  callbacks: {
    onEpochEnd(epoch, logs) {
      const accuracy = logs.val_accuracy!;
      process.stdout.write(`${JSON.stringify({ epoch: epoch + 1, accuracy })}\n`);
      model.stopTraining = accuracy >= target;
    },
  },
});

// One run of timeToAccuracy.ts: `node trainToAccuracy.js RECIPE SEED TARGET EPOCHS` trains on MNIST with the recipe and the seed
// until the test accuracy at the end of an epoch reaches the target, and prints a JSON line after each epoch. EPOCHS 0: the recipe's.

import { loadMnist, toCategorical } from "wasm-cnn";
import { type RecipeName, recipes } from "#recipes";

const [seed, target, epochs] = process.argv.slice(3).map(Number) as [number, number, number];
const { trainImages, trainLabels, testImages, testLabels } = await loadMnist();
const recipe = recipes[process.argv[2] as RecipeName];
const { model, compile, fit } = recipe({ seed, ...(epochs > 0 && { epochs }) });
model.compile(compile(trainLabels.data.length));
await model.fit(trainImages.data, toCategorical(trainLabels.data, 10), {
  ...fit,
  validationData: [testImages.data, toCategorical(testLabels.data, 10)],
  callbacks: {
    onEpochEnd(epoch, logs) {
      const accuracy = logs.val_accuracy!;
      process.stdout.write(`${JSON.stringify({ epoch: epoch + 1, accuracy })}\n`);
      model.stopTraining = accuracy >= target;
    },
  },
});

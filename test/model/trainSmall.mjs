// Run as a process of its own with seeds as arguments: trains one model a seed, all at once, and prints what came of them.
import { layers, Sequential } from "wasm-cnn";

const x = { data: Float32Array.from({ length: 50 * 36 }, (_, i) => Math.sin(i * i)), shape: [50, 6, 6, 1] };
const y = {
  data: Float32Array.from({ length: 50 * 3 }, (_, i) => (i % 3 === Math.floor(i / 3) % 3 ? 1 : 0)),
  shape: [50, 3],
};

async function train(seed) {
  const model = new Sequential(
    [
      layers.conv2d({ filters: 4, kernelSize: 3, activation: "relu", inputShape: [6, 6, 1] }),
      layers.flatten(),
      layers.dense({ units: 3, activation: "softmax" }),
    ],
    { seed },
  );
  model.compile({ optimizer: "rmsprop", loss: "categoricalCrossentropy" });
  const { history } = await model.fit(x, y, { epochs: 2, batchSize: 16 });
  return [await model.fingerprint(), history.loss];
}

console.log(JSON.stringify(await Promise.all(process.argv.slice(2).map((seed) => train(Number(seed))))));

// Models that are made, trained and dropped without `dispose`; prints how much the process holds then.
import { readdirSync } from "node:fs";
import { layers, Sequential } from "wasm-cnn";

const [count, threads] = process.argv.slice(2).map(Number);
const [x, y] = [new Float32Array(32 * 36), new Float32Array(32 * 3).fill(1 / 3)];
let most = { mebibytes: 0, threads: 0 };
for (let seed = 0; seed < count; seed++) {
  const model = new Sequential(
    [
      layers.conv2d({ filters: 4, kernelSize: 3, activation: "relu", inputShape: [6, 6, 1] }),
      layers.flatten(),
      layers.dense({ units: 50, activation: "relu" }),
      layers.dense({ units: 3, activation: "softmax" }),
    ],
    { seed },
  );
  model.compile({ optimizer: "rmsprop", loss: "categoricalCrossentropy", threads });
  await model.fit(x, y);
  most = {
    mebibytes: Math.max(most.mebibytes, process.memoryUsage.rss() / 2 ** 20),
    threads: Math.max(most.threads, readdirSync("/proc/self/task").length),
  };
}
console.log(JSON.stringify(most));
